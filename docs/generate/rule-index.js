import { readdirSync } from 'node:fs'

const folder = new URL('../../lib/audit/rules/', import.meta.url)

/** Where the list is written. */
export const ruleIndexFile = new URL('index.ts', folder)

/** The source of lib/audit/rules/index.ts: every rule file of the folder. Needed before the build, so it reads names only. */
export function ruleIndex() {
  const files = readdirSync(folder).filter((name) => /^[a-z]{3}\d+-[\w-]+\.ts$/.test(name))
  const rules = files
    .sort()
    .map((name) => ({ id: name.slice(0, name.indexOf('-')), module: name.replace(/\.ts$/, '.js') }))
  return `// Made from the files of this folder by "npm run docs"; a change by hand is overwritten.
import type { Rule } from '../finding.js'
${rules.map(({ id, module }) => `import ${id} from './${module}'\n`).join('')}
/** Every rule, by its id. */
export const rules: readonly Rule[] = [
${rules.map(({ id }) => `  ${id},\n`).join('')}]
`
}
