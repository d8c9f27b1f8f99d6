import assert from 'node:assert/strict'
import { assertReads, type Case, create, freshKey, lapsed, lasting, until } from './case.js'

/** `check`, `close`, `prune`. */
export const handleCases: Case[] = [
  {
    promise: 'says that it can serve',
    async prove({ store }) {
      assert.equal(await store.check(), undefined)
    },
  },
  {
    promise: 'may be closed twice, used before or not',
    async prove({ store, another }) {
      const unused = await another()
      await create(store, freshKey(), lasting('data'))
      await store.close()
      await store.close()
      await Promise.all([unused.close(), unused.close()])
    },
  },
  {
    promise: 'prunes expired entries only, where it prunes at all, and answers how many',
    async prove({ store, another }) {
      const kept = lasting('kept')
      const key = freshKey()
      const version = await create(store, key, kept)
      const expires = Date.now() + 50
      for (let n = 0; n < 5; n++) await create(store, freshKey(), { data: 'short', expires })
      await create(store, freshKey(), lapsed('late'))
      await until('the deadlines have passed', () => Date.now() > expires)
      const other = await another()
      for (const removed of [await store.prune?.(), await other.prune?.()]) {
        assert.ok(removed === undefined || (Number.isInteger(removed) && removed >= 0), 'prune answers a count')
      }
      // Nothing has expired since, so there is nothing left to count.
      const again = await store.prune?.()
      assert.ok(again === undefined || again === 0, `a second prune answers ${again}, although nothing was left`)
      await assertReads(store, key, { ...kept, version })
    },
  },
]
