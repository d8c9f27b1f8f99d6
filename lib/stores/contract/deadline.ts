import assert from 'node:assert/strict'
import type { NewEntry, Store } from '../../core/store.js'
import {
  assertGone,
  assertReads,
  assertUnread,
  type Case,
  create,
  freshKey,
  lapsed,
  lasting,
  until,
  versionOf,
} from './case.js'

/** Deadlines: honoured to the end, accepted when they have passed. */
export const deadlineCases: Case[] = [
  {
    promise: 'answers the deadline it was given, to the millisecond',
    async prove({ store }) {
      const key = freshKey()
      const entry = { data: 'data', expires: Date.now() + 1_234_567 }
      await assertReads(store, key, { ...entry, version: await create(store, key, entry) })
    },
  },
  {
    promise: 'reads nothing once the deadline has passed',
    async prove({ store }) {
      await expire(store, freshKey())
    },
  },
  {
    promise: 'treats an expired entry as gone: not replaced, not touched, created again',
    async prove({ store }) {
      const key = freshKey()
      const seen = await expire(store, key)
      assertGone(await store.write(key, lasting('late'), seen))
      assert.equal(await store.touch(key, Date.now() + 60_000, seen), false)
      await assertUnread(store, key)
      const again = lasting('again')
      await assertReads(store, key, { ...again, version: await create(store, key, again) })
    },
  },
  {
    promise: 'creates over an expired entry that nobody looked at since',
    async prove({ store }) {
      const key = freshKey()
      const expires = Date.now() + 50
      await create(store, key, { data: 'short', expires })
      await until('the deadline has passed', () => Date.now() > expires + 50)
      const again = lasting('again')
      await assertReads(store, key, { ...again, version: await create(store, key, again) })
    },
  },
  {
    promise: 'accepts a creation whose deadline has passed, and never reads it',
    async prove({ store }) {
      for (const entry of [lapsed('late'), { data: 'the epoch', expires: 0 }]) await createUnread(store, entry)
    },
  },
  {
    promise: 'accepts a replacement whose deadline has passed, and never reads it',
    async prove({ store }) {
      const key = freshKey()
      const seen = await create(store, key, lasting('first'))
      const version = versionOf(await store.write(key, lapsed('second'), seen))
      await assertUnread(store, key)
      assertGone(await store.write(key, lasting('late'), version))
      assertGone(await store.write(key, lasting('late'), seen))
      await assertUnread(store, key)
    },
  },
  {
    promise: 'accepts a touch into the past, which ends the entry',
    async prove({ store }) {
      const key = freshKey()
      const seen = await create(store, key, lasting('data'))
      assert.equal(await store.touch(key, Date.now() - 1_000, seen), true)
      await assertUnread(store, key)
      assert.equal(await store.touch(key, Date.now() + 60_000, seen), false)
      assertGone(await store.write(key, lasting('late'), seen))
      await assertUnread(store, key)
    },
  },
]

async function expire(store: Store, key: string): Promise<string> {
  const version = await create(store, key, { data: 'short', expires: Date.now() + 100 })
  await until('the entry has expired', async () => (await store.read(key)) === undefined)
  return version
}

async function createUnread(store: Store, entry: NewEntry): Promise<void> {
  const key = freshKey()
  const version = await create(store, key, entry)
  await assertUnread(store, key)
  assertGone(await store.write(key, lasting('late'), version))
  await assertUnread(store, key)
  versionOf(await store.write(key, lasting('again')))
}
