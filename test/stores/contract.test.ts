import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { storeContract } from 'koa-shared-session/store-contract'
import { freshDirectory } from '../servers/process.js'
import { type Flaw, strangersStore } from './strangers-store.js'

const data = new Map()

storeContract({ describe, it }, { name: "a stranger's store", create: () => strangersStore(data) })

describe('the contract suite', () => {
  it('runs under node:test', () => {
    const { status, output } = proveUnderNodeTest('none')
    expect(output).to.match(/^# pass [1-9]\d*$/m)
    expect(output).to.match(/^# fail 0$/m)
    expect(status).to.equal(0)
  })

  const flaws: Record<Exclude<Flaw, 'none'>, RegExp> = {
    'writes over any version': /not ok .* answers a write over another version with the live entry/,
    'uses versions again': /not ok .* never uses a version again after a removal/,
    'never expires': /not ok .* reads nothing once the deadline has passed/,
    'touch rewrites the version': /not ok .* moves the deadline, later and sooner, and keeps data and version/,
    'removal is forgotten': /not ok .* brings nothing back by a late write or touch with the old version/,
    'folds case': /not ok .* keeps keys of any shape apart/,
    'compares, waits, then sets': /not ok .* lets one of 50 parallel writers replace the state that all of them saw/,
    'each handle for itself': /not ok .* sees at once what the other handle created/,
    'reads, waits, then touches': /not ok .* brings nothing back where a removal runs beside a touch/,
    trims: /not ok .* keeps white space at both ends as it is/,
    truncates: /not ok .* keeps four megabytes as it is/,
    evicts: /not ok .* evicts no live entry/,
    'answers no entry': /not ok .* answers a creation over a live entry with that entry/,
    'miscounts what it prunes': /not ok .* prune/,
  }
  for (const [flaw, proof] of Object.entries(flaws)) {
    it(`finds a store that ${flaw}`, function () {
      this.timeout(60_000)
      const { status, output } = proveUnderNodeTest(flaw)
      expect(output).to.match(proof)
      expect(status).to.equal(1)
    })
  }
})

function proveUnderNodeTest(flaw: string): { status: number | null; output: string } {
  const file = join(freshDirectory(), 'stranger.test.mjs')
  const suite = import.meta.resolve('koa-shared-session/store-contract')
  const store = new URL('./strangers-store.js', import.meta.url).href
  writeFileSync(
    file,
    `import { describe, it } from 'node:test'
     import { storeContract } from ${JSON.stringify(suite)}
     import { strangersStore } from ${JSON.stringify(store)}
     const data = new Map()
     storeContract({ describe, it }, { name: 'a store', create: () => strangersStore(data, ${JSON.stringify(flaw)}) })`,
  )
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const { status, stdout } = spawnSync(process.execPath, ['--test', '--test-reporter=tap', file], {
    encoding: 'utf8',
    env,
    cwd: fileURLToPath(new URL('.', import.meta.url)),
  })
  return { status, output: stdout }
}
