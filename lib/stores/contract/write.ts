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

const texts: Record<string, string> = {
  'plain text': '{"user":1}',
  'an empty string': '',
  'characters of any script and plane': '{"name":"Zoë 김 🦊 עברית \u2028"}',
  'NUL, newlines and other control characters': 'a\0b\r\nc\nd\te\u001b',
  'white space at both ends': ' \n\tpadded\t\n ',
  'a megabyte': 'aé🦊'.repeat(150_000),
  'four megabytes': 'aé🦊'.repeat(600_000),
}

const keeps: Case[] = Object.entries(texts).map(([what, data]) => ({
  promise: `keeps ${what} as it is`,
  async prove({ store }) {
    const key = freshKey()
    const entry = lasting(data)
    const version = await create(store, key, entry)
    await assertReads(store, key, { ...entry, version })
  },
}))

/** `read`, and `write` as creation and as compare-and-set. */
export const writeCases: Case[] = [
  {
    promise: 'reads undefined for an unknown key',
    prove: ({ store }) => assertUnread(store, freshKey()),
  },
  ...keeps,
  {
    promise: 'answers a creation over a live entry with that entry, and changes nothing',
    async prove({ store }) {
      const key = freshKey()
      const first = lasting('first')
      const version = await create(store, key, first)
      assertSame(conflictOf(await store.write(key, lasting('second'))), { ...first, version })
      await assertReads(store, key, { ...first, version })
    },
  },
  {
    promise: 'replaces an entry whose version is the one seen',
    async prove({ store }) {
      const key = freshKey()
      const seen = await create(store, key, lasting('first'))
      const second = { data: 'second', expires: Date.now() + 90_000 }
      const version = versionOf(await store.write(key, second, seen))
      await assertReads(store, key, { ...second, version })
    },
  },
  {
    promise: 'shortens and lengthens data as it is replaced',
    async prove({ store }) {
      const key = freshKey()
      let seen = await create(store, key, lasting('medium'))
      for (const data of ['', 'much longer than before', 's']) {
        const entry = lasting(data)
        seen = versionOf(await store.write(key, entry, seen))
        await assertReads(store, key, { ...entry, version: seen })
      }
    },
  },
  {
    promise: 'answers a write over another version with the live entry, and changes nothing',
    async prove({ store }) {
      const key = freshKey()
      const old = await create(store, key, lasting('first'))
      const second = lasting('second')
      const version = versionOf(await store.write(key, second, old))
      for (const seen of [old, 'never a version', '']) {
        assertSame(conflictOf(await store.write(key, lasting('late'), seen)), { ...second, version })
      }
      await assertReads(store, key, { ...second, version })
    },
  },
  {
    promise: 'answers gone for a write with a version on an unknown key, and creates nothing',
    async prove({ store }) {
      const key = freshKey()
      const elsewhere = await create(store, freshKey(), lasting('elsewhere'))
      for (const seen of [elsewhere, 'never a version', '']) assertGone(await store.write(key, lasting('late'), seen))
      await assertUnread(store, key)
    },
  },
  {
    promise: 'keeps entries apart',
    async prove({ store }) {
      const [one, other] = [freshKey(), freshKey()]
      const kept = lasting('kept')
      const version = await create(store, one, kept)
      const seen = await create(store, other, lasting('other'))
      versionOf(await store.write(other, lasting('changed'), seen))
      await store.remove(other)
      await assertReads(store, one, { ...kept, version })
    },
  },
  {
    promise: 'hands out copies: changing an entry afterwards changes nothing stored',
    async prove({ store }) {
      const key = freshKey()
      const entry = lasting('kept')
      const asWritten = { ...entry, version: await create(store, key, entry) }
      entry.data = 'changed by the caller'
      const read = await store.read(key)
      assert.ok(read)
      Object.assign(read, { data: 'changed by the reader', expires: 0 })
      const conflict = conflictOf(await store.write(key, lasting('second')))
      Object.assign(conflict, { data: 'changed by the loser', expires: 0 })
      await assertReads(store, key, asWritten)
    },
  },
]
