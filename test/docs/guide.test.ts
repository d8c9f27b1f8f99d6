import { join } from 'node:path'
import { expect } from 'chai'
import { pack } from '../package/user-project.js'
import { projectRoot } from '../project.js'
import { freePort, freshDirectory } from '../servers/process.js'
import { readPages } from './page.js'
import { runBlock, shows, type Walk } from './walk.js'

const blocks = readPages().find(({ path }) => path === 'docs/guide.md')?.blocks ?? []

describe('the guide, walked with the app of the fixture', function () {
  this.timeout(180_000)
  let walk: Walk
  const bookshop = join(freshDirectory(), 'bookshop')
  before(async () => {
    const somebody = { NAME: 'ada', EMAIL: 'ada@example.org' }
    const git = ['AUTHOR', 'COMMITTER'].flatMap((role) =>
      Object.entries(somebody).map(([what, value]) => [`GIT_${role}_${what}`, value]),
    )
    walk = {
      directory: projectRoot,
      port: await freePort(),
      tarball: pack().path,
      env: Object.fromEntries(git),
      places: { '../bookshop': bookshop },
      stop: async () => {},
    }
  })
  after(() => walk?.stop())

  for (const [index, block] of blocks.entries()) {
    if (block.language === 'sh')
      it(`line ${block.line}: ${block.code.split('\n')[0]}`, async () => {
        const output = await runBlock(walk, block.code)
        walk.directory = bookshop
        const next = blocks[index + 1]
        if (next?.language === 'text') shows(walk, output, next.code)
      })
  }

  it('ends when npm is stopped, and leaves no worker behind', () => walk.stop())

  it('holds every kind of block that this test knows how to walk, and nothing else', () => {
    expect(new Set(blocks.map(({ language }) => language))).to.deep.equal(new Set(['sh', 'text']))
  })
})
