import assert from 'node:assert/strict'
import { assertReads, assertUnread, type Case, conflictOf, create, freshKey, lasting, versionOf } from './case.js'

/** A version names one state and is never used again. */
export const versionCases: Case[] = [
  {
    promise: 'gives every write a version of its own, the same data and key or not',
    async prove({ store, another }) {
      const stores = [store, await another()]
      const versions = new Set<string>()
      const entry = lasting('same')
      for (let round = 0; round < 10; round++) {
        for (const handle of stores) {
          const key = freshKey()
          const first = await create(handle, key, entry)
          versions.add(first).add(versionOf(await handle.write(key, entry, first)))
        }
      }
      assert.equal(versions.size, 40)
    },
  },
  {
    promise: 'never uses a version again after a removal',
    async prove({ store }) {
      const key = freshKey()
      const entry = lasting('same')
      const first = await create(store, key, entry)
      await store.remove(key)
      const version = await create(store, key, entry)
      assert.notEqual(version, first)
      assert.equal(conflictOf(await store.write(key, lasting('late'), first)).version, version)
      assert.equal(await store.touch(key, Date.now() + 90_000, first), false)
      await assertReads(store, key, { ...entry, version })
    },
  },
  {
    promise: 'answers the same version to every reader',
    async prove({ store, another }) {
      const key = freshKey()
      const entry = lasting('same')
      const version = await create(store, key, entry)
      await assertReads(store, key, { ...entry, version })
      await assertReads(await another(), key, { ...entry, version })
      await store.remove(key)
      await assertUnread(store, key)
    },
  },
]
