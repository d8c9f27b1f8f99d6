import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { arrows } from './arrows.js'
import { projectRoot } from './project.js'

const read = (file: string) => readFileSync(join(projectRoot, file), 'utf8')
const guide = read('CONTRIBUTING.md')

/** The cells of the rows whose first cell begins like this. */
const rows = (first: string) =>
  guide
    .split('\n')
    .filter((line) => line.startsWith(`| \`${first}`))
    .map((line) => line.split('|').map((cell) => cell.trim()))

/** What stands between back quotes, outside of blocks. */
const words = (cell: string) =>
  [...cell.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/`([^`]+)`/g)].map(([, word = '']) => word)

describe('CONTRIBUTING.md', () => {
  it('has the table of arrows that the tests hold', () => {
    const told = rows('lib/').map(([, folder = '', , from = '']) => [
      folder.replaceAll('`', '').replace('lib/', ''),
      from === 'all of them' ? (arrows.cli ?? []) : words(from),
    ])
    expect(Object.fromEntries(told)).to.deep.equal(arrows)
  })

  it('names commands that exist', () => {
    const { scripts } = JSON.parse(read('package.json'))
    const named = [...guide.matchAll(/\bnpm run ([\w:]+)((?:`, `(?!npm\b)\w+)*)/g)].flatMap(
      ([, first = '', others = '']) => [first, ...others.split('`, `').filter((other) => other !== '')],
    )
    expect(named).to.have.length.above(8)
    expect(named.filter((name) => !(name in scripts))).to.deep.equal([])
  })

  it('names files and folders that exist', () => {
    const paths = words(guide).filter((word) => /^(lib|test|docs|examples|\.ci)\/[\w./-]+$/.test(word))
    expect(paths).to.have.length.above(15)
    expect(paths.filter((path) => !existsSync(join(projectRoot, path)))).to.deep.equal([])
  })

  for (const page of ['CONTRIBUTING.md', 'SECURITY.md'])
    it(`links: those of ${page} lead to what exists`, () => {
      const links = [...read(page).matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, target = '']) => target)
      expect(links).to.have.length.above(1)
      expect(links.filter((link) => !existsSync(join(projectRoot, link)))).to.deep.equal([])
    })
})
