// Made from the files of this folder by "npm run docs"; a change by hand is overwritten.
import type { Rule } from '../finding.js'

/** Every rule, by its id. */
export const rules: readonly Rule[] = []
