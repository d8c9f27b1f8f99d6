import { writeFileSync } from 'node:fs'
import { ruleIndex, ruleIndexFile } from './rule-index.js'

writeFileSync(ruleIndexFile, ruleIndex())
