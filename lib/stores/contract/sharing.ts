import assert from 'node:assert/strict'
import {
  assertGone,
  assertReads,
  assertSame,
  assertUnread,
  type Case,
  conflictOf,
  create,
  freshKey,
  lasting,
  versionOf,
} from './case.js'

/** What one process writes, every other sees. */
export const sharingCases: Case[] = [
  {
    promise: 'sees at once what the other handle created, replaced, touched and removed',
    async prove({ store, another }) {
      const other = await another()
      const key = freshKey()
      const first = lasting('first')
      const seen = await create(store, key, first)
      await assertReads(other, key, { ...first, version: seen })
      const second = lasting('second')
      const version = versionOf(await other.write(key, second, seen))
      await assertReads(store, key, { ...second, version })
      const expires = Date.now() + 600_000
      assert.equal(await store.touch(key, expires, version), true)
      await assertReads(other, key, { data: 'second', version, expires })
      await other.remove(key)
      await assertUnread(store, key)
    },
  },
  {
    promise: 'refuses a version that the other handle has replaced or removed',
    async prove({ store, another }) {
      const other = await another()
      const key = freshKey()
      const old = await create(store, key, lasting('first'))
      const second = lasting('second')
      const version = versionOf(await other.write(key, second, old))
      assertSame(conflictOf(await store.write(key, lasting('late'), old)), { ...second, version })
      assert.equal(await store.touch(key, Date.now() + 90_000, old), false)
      await other.remove(key)
      assertGone(await store.write(key, lasting('late'), version))
    },
  },
  {
    promise: 'keeps entries when the handle that wrote them is closed',
    async prove({ store, another }) {
      const writer = await another()
      const key = freshKey()
      const entry = lasting('kept')
      const version = await create(writer, key, entry)
      await writer.close()
      await assertReads(store, key, { ...entry, version })
    },
  },
]
