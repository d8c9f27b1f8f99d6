import assert from 'node:assert/strict'
import type { Store } from '../../core/store.js'
import { assertReads, assertUnread, type Case, create, freshKey, lasting, until, versionOf } from './case.js'

/** `touch`: the deadline moves, and nothing else. */
export const touchCases: Case[] = [
  {
    promise: 'moves the deadline, later and sooner, and keeps data and version',
    async prove({ store }) {
      const key = freshKey()
      const data = 'kept é 🦊'
      const version = await create(store, key, lasting(data))
      for (const expires of [Date.now() + 600_000, Date.now() + 30_000]) {
        assert.equal(await store.touch(key, expires, version), true)
        await assertReads(store, key, { data, version, expires })
      }
    },
  },
  {
    promise: 'keeps an entry alive past its first deadline',
    async prove({ store }) {
      const key = freshKey()
      const { version, firstDeadline } = await touchInTime(store, key)
      await until('the first deadline has passed', () => Date.now() > firstDeadline + 50)
      assert.equal((await store.read(key))?.version, version)
    },
  },
  {
    promise: 'lets a write follow with the version it was touched by',
    async prove({ store }) {
      const key = freshKey()
      const seen = await create(store, key, lasting('first'))
      assert.equal(await store.touch(key, Date.now() + 90_000, seen), true)
      const second = lasting('second')
      const version = versionOf(await store.write(key, second, seen))
      await assertReads(store, key, { ...second, version })
    },
  },
  {
    promise: 'is refused for another version, and moves nothing',
    async prove({ store }) {
      const key = freshKey()
      const old = await create(store, key, lasting('first'))
      const second = lasting('second')
      const version = versionOf(await store.write(key, second, old))
      for (const seen of [old, 'never a version', '']) {
        assert.equal(await store.touch(key, Date.now() + 600_000, seen), false)
      }
      await assertReads(store, key, { ...second, version })
    },
  },
  {
    promise: 'is refused for an unknown key, and creates nothing',
    async prove({ store }) {
      const key = freshKey()
      assert.equal(await store.touch(key, Date.now() + 60_000, 'never a version'), false)
      await assertUnread(store, key)
    },
  },
]

async function touchInTime(store: Store, key: string): Promise<{ version: string; firstDeadline: number }> {
  for (let life = 100; ; life *= 2) {
    const firstDeadline = Date.now() + life
    const version = await create(store, key, { data: 'data', expires: firstDeadline })
    const touched = await store.touch(key, firstDeadline + 60_000, version)
    if (touched) return { version, firstDeadline }
    assert.ok(Date.now() >= firstDeadline, 'touch was refused although the entry was alive')
    await store.remove(key)
  }
}
