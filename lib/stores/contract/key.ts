import { assertReads, assertUnread, type Case, create, freshKey, lasting } from './case.js'

const odd = [
  '',
  ' ',
  'a b  c',
  'A',
  'a',
  'x:y',
  'x',
  'a/../b',
  'b',
  '../../b',
  '/etc/passwd',
  '.',
  '..',
  'a\\b',
  'a*',
  'a?',
  '{a}b',
  'a\0b',
  'a\nb',
  'é',
  'e\u0301',
  '세션 🦊',
  '__proto__',
  'constructor',
  'k'.repeat(300),
  'k'.repeat(301),
]

/** Keys of any shape name one entry each. */
export const keyCases: Case[] = [
  {
    promise: 'keeps keys of any shape apart',
    prove: ({ store }) =>
      withoutOddKeys(
        (key) => store.remove(key),
        async () => {
          const entries = new Map<string, { data: string; expires: number; version: string }>()
          for (const [position, key] of odd.entries()) {
            await assertUnread(store, key)
            const entry = lasting(`entry ${position}`)
            entries.set(key, { ...entry, version: await create(store, key, entry) })
          }
          for (const [key, entry] of entries) await assertReads(store, key, entry)
          for (const key of odd) {
            await store.remove(key)
            await assertUnread(store, key)
            entries.delete(key)
            for (const [other, entry] of [...entries].slice(0, 3)) await assertReads(store, other, entry)
          }
        },
      ),
  },
  {
    promise: 'keeps a key apart from its own beginnings and continuations',
    async prove({ store }) {
      const key = freshKey()
      const entry = lasting('data')
      const version = await create(store, key, entry)
      for (const near of [key.slice(0, -1), `${key}x`, ` ${key}`, `${key} `, key.toUpperCase()]) {
        await assertUnread(store, near)
      }
      await assertReads(store, key, { ...entry, version })
    },
  },
]

async function withoutOddKeys(remove: (key: string) => Promise<void>, prove: () => Promise<void>): Promise<void> {
  for (const key of odd) await remove(key)
  try {
    await prove()
  } finally {
    for (const key of odd) await remove(key)
  }
}
