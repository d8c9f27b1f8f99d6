import { readdirSync } from 'node:fs'

const folders = [
  { folder: new URL('../../lib/audit/rules/', import.meta.url), type: 'Rule', from: '../finding.js', list: 'rules' },
  {
    folder: new URL('../../lib/audit/live/rules/', import.meta.url),
    type: 'LiveRule',
    from: '../live-rule.js',
    list: 'liveRules',
  },
]

/** The lists of rules: where each is written, and its source. Needed before the build, so this reads names only. */
export const ruleIndexes = folders.map((each) => ({ file: new URL('index.ts', each.folder), text: ruleIndex(each) }))

/** The source of a list: every rule file of the folder. */
function ruleIndex({ folder, type, from, list }) {
  const files = readdirSync(folder).filter((name) => /^[a-z]{3}\d+-[\w-]+\.ts$/.test(name))
  const rules = files
    .sort()
    .map((name) => ({ id: name.slice(0, name.indexOf('-')), module: name.replace(/\.ts$/, '.js') }))
  return `// Made from the files of this folder by "npm run docs"; a change by hand is overwritten.
import type { ${type} } from '${from}'
${rules.map(({ id, module }) => `import ${id} from './${module}'\n`).join('')}
/** Every rule, by its id. */
export const ${list}: readonly ${type}[] = [
${rules.map(({ id }) => `  ${id},\n`).join('')}]
`
}
