import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect } from 'chai'
import { commandNames } from '../../lib/cli/commands.js'
import { projectRoot } from '../project.js'

interface Generator {
  /** File name in docs/ → text. */
  pages: Record<string, string>
}

const generator = pathToFileURL(join(projectRoot, 'docs/generate/pages.js')).href
const { pages }: Generator = await import(generator)

interface IndexGenerator {
  ruleIndexes: readonly { file: URL; text: string }[]
}

const indexGenerator = pathToFileURL(join(projectRoot, 'docs/generate/rule-index.js')).href
const { ruleIndexes }: IndexGenerator = await import(indexGenerator)

describe('the generated pages', () => {
  it('are there', () => {
    expect(Object.keys(pages)).to.include.members([
      'options.md',
      'errors.md',
      'cli.md',
      'migrate.md',
      'doctor.md',
      'rules.md',
      'rules/kss001.md',
    ])
  })

  it('of rules that are gone, are gone', () => {
    const rules = readdirSync(join(projectRoot, 'docs/rules')).map((name) => `rules/${name}`)
    expect(rules.filter((name) => !Object.hasOwn(pages, name))).to.deep.equal([])
  })

  for (const [name, text] of Object.entries(pages))
    it(`docs/${name} says what the code says (UPDATE=1 rewrites it)`, () => {
      const file = join(projectRoot, 'docs', name)
      if (process.env.UPDATE === '1') writeFileSync(file, text)
      expect(readFileSync(file, 'utf8')).to.equal(text)
    })
})

describe('docs/cli.md', () => {
  it('has every command', () => {
    for (const name of commandNames) expect(pages['cli.md']).to.include(`\n## ${name}\n`)
  })

  it('has every variable that the code reads', () => {
    const read = readVariables().filter((name) => !betweenServeAndItsWorkers.includes(name))
    expect(read).to.have.length.above(10)
    for (const name of read) expect(pages['cli.md'], name).to.match(new RegExp(`^\\|.*\`${name}\`.*\\|`, 'm'))
  })
})

const betweenServeAndItsWorkers = ['KOA_SESSION_SERVE', 'KOA_SESSION_ANNOUNCED']

/** The audit is left out: it names variables of the apps that it reads. */
function readVariables(): string[] {
  const folders = ['core', 'plugin', 'stores', 'cluster', 'cli'].map((name) => join(projectRoot, 'lib', name))
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  )
  const sources = files.map((file) => readFileSync(file, 'utf8')).join('\n')
  const named = sources.matchAll(/\benv(?:ironment)?\??\.([A-Z][A-Z_]+)|\b(KOA_SESSION_[A-Z_]+)/g)
  return [...new Set([...named].map(([, member, name]) => member ?? name ?? ''))]
}

describe('the list of rules', () => {
  for (const { file, text } of ruleIndexes)
    it(`${file.pathname.replace(/.*\/lib\//, 'lib/')} names every rule file of its folder (UPDATE=1 rewrites it)`, () => {
      if (process.env.UPDATE === '1') writeFileSync(file, text)
      expect(readFileSync(file, 'utf8')).to.equal(text)
    })
})
