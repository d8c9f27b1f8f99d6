import { writeFileSync } from 'node:fs'
import { ruleIndexes } from './rule-index.js'

for (const { file, text } of ruleIndexes) writeFileSync(file, text)
