import assert from 'node:assert/strict'
import { assertGone, assertReads, assertUnread, type Case, create, freshKey, lasting } from './case.js'

/** `remove`: what ended stays ended. */
export const removeCases: Case[] = [
  {
    promise: 'ends an entry',
    async prove({ store }) {
      const key = freshKey()
      await create(store, key, lasting('data'))
      await store.remove(key)
      await assertUnread(store, key)
    },
  },
  {
    promise: 'takes an unknown key, and a key removed before, without an error',
    async prove({ store }) {
      const key = freshKey()
      await store.remove(key)
      await create(store, key, lasting('data'))
      await store.remove(key)
      await store.remove(key)
      await assertUnread(store, key)
    },
  },
  {
    promise: 'brings nothing back by a late write or touch with the old version',
    async prove({ store }) {
      const key = freshKey()
      const seen = await create(store, key, lasting('data'))
      await store.remove(key)
      assertGone(await store.write(key, lasting('late'), seen))
      assert.equal(await store.touch(key, Date.now() + 90_000, seen), false)
      await assertUnread(store, key)
    },
  },
  {
    promise: 'lets the key be created again',
    async prove({ store }) {
      const key = freshKey()
      await create(store, key, lasting('first'))
      await store.remove(key)
      const again = lasting('again')
      const version = await create(store, key, again)
      await assertReads(store, key, { ...again, version })
    },
  },
]
