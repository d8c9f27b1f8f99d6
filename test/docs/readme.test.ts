import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { pack } from '../package/user-project.js'
import { projectRoot } from '../project.js'
import { freePort, freshDirectory } from '../servers/process.js'
import { readPages } from './page.js'
import { runBlock, shows, type Walk } from './walk.js'

const blocks = readPages().find(({ path }) => path === 'README.md')?.blocks ?? []
const read = (path: string) => readFileSync(join(projectRoot, path), 'utf8')

describe('README.md, before and after', function () {
  this.timeout(120_000)
  let walk: Walk
  const bookshop = join(freshDirectory(), 'bookshop')
  before(async () => {
    const env = { SESSION_FILE_DIR: join(freshDirectory(), 'sessions') }
    const places = { '../bookshop': bookshop }
    walk = {
      directory: projectRoot,
      port: await freePort(),
      tarball: pack().path,
      env,
      places,
      stop: async () => {},
    }
  })
  after(() => walk?.stop())

  const story = blocks.filter(({ heading }) => heading === 'Before and after')
  for (const [index, { language, code }] of story.entries())
    if (language === 'sh')
      it(code.split('\n')[0] ?? '', async () => {
        const output = await runBlock(walk, code)
        walk.directory = bookshop
        const next = story[index + 1]
        if (next?.language === 'text') shows(walk, output, next.code)
      })

  it('shows both verdicts', () =>
    expect(story.filter(({ language }) => language === 'text').map(({ code }) => code.split(' –')[0])).to.deep.equal([
      'NOT READY',
      'READY',
    ]))
})

describe('README.md, measured', () => {
  const measured = ['docs/torture.md', 'docs/outage.md', 'docs/benchmarks.md']
  const pages = measured.filter((path) => existsSync(join(projectRoot, path))).flatMap((path) => tablesIn(read(path)))

  for (const { head, rows } of tablesIn(read('README.md')))
    it(`says what the page says of ${head.filter(Boolean).join(', ')}`, () => {
      const whole = pages.find((table) => head.every((name) => table.head.includes(name)))
      const short = whole?.rows.map((row) => head.map((name) => row[whole.head.indexOf(name)]).join(' | '))
      expect(short).to.include.members(rows.map((row) => row.join(' | ')))
    })

  it('has tables', () => expect(tablesIn(read('README.md'))).to.have.length.above(1))
})

interface Table {
  head: string[]
  rows: string[][]
}

function tablesIn(page: string): Table[] {
  return [...page.matchAll(/(?:^\|.*\|\n)+/gm)].map(([text]) => {
    const [head = [], , ...rows] = text
      .trimEnd()
      .split('\n')
      .map((line) =>
        line
          .slice(1, -1)
          .split('|')
          .map((cell) => cell.trim()),
      )
    return { head, rows }
  })
}
