import type { Fields } from './contender.js'

/** Whether the app changes its session at this path. */
export const isWrite = (path: string): boolean => path.startsWith('/write') || path.startsWith('/fill')

let writes = 0

/**
 * The app of every contender. `/` never looks at the session, `/read` reads a field, `/write` changes one,
 * `/fill/<bytes>` makes the session about that large.
 */
export function respond(path: string, session: () => Fields): string {
  const [, act, bytes] = path.split('/')
  if (act === 'read') return String(session().user)
  if (act === 'write') {
    writes += 1
    session().writes = writes
  }
  if (act === 'fill') Object.assign(session(), fieldsOf(Number(bytes)))
  return 'done'
}

/** What an app keeps in a session of about that many bytes of JSON: a user, and a list that grows. */
export function fieldsOf(bytes: number): Fields {
  const fields = { user: 'ada.lovelace@example.org', roles: ['editor', 'author'], locale: 'en-GB', writes: 0 }
  const cart: object[] = []
  const list = { ...fields, cart }
  for (let size = JSON.stringify(list).length; size < bytes; size += JSON.stringify(cart.at(-1)).length + 1)
    cart.push({
      id: 10_000 + cart.length,
      name: `Article number ${cart.length}`,
      price: 19.99,
      quantity: 1,
      gift: false,
    })
  return list
}
