import { setTimeout as sleep } from 'node:timers/promises'
import type { PeerSession } from './peer.js'

export type Kind = 'login' | 'read' | 'set' | 'item' | 'delete' | 'count' | 'saved' | 'logout' | 'regenerate'

/** What one request does. `name` is the field, or the item of the cart. */
export interface Operation {
  kind: Kind
  name?: string
  value?: string
  /** ms between reading the session and changing it */
  wait?: number
  /** Waits there until this gate is released. */
  gate?: number
}

/** What the handler of one request saw and did. */
export interface Report {
  /** Who was logged in when the request began. */
  user: string | null
  fields: Record<string, unknown>
  worker: number
  /** Storing began after this: µs on the clock that all processes share. */
  acted: number
}

/** µs on the monotonic clock of the machine. */
export const clock = (): number => Number(process.hrtime.bigint() / 1000n)

/**
 * Reads the session, waits, and only then changes it. As in a real app, only a login writes for somebody who is not
 * logged in.
 */
export async function act(
  operation: Operation,
  session: PeerSession,
  hold: (gate: number) => Promise<void>,
): Promise<Omit<Report, 'worker'>> {
  const user = session.get('user')
  const known = typeof user === 'string'
  const fields = known ? structuredClone(session.all()) : {}
  let acted = clock()
  if (known || operation.kind === 'login') {
    const cart = session.get('cart')
    if (operation.kind === 'saved') await saveHalf(operation, session)
    if (operation.wait) await sleep(operation.wait)
    if (operation.gate !== undefined) await hold(operation.gate)
    // Some changes store by themselves.
    acted = clock()
    await change(operation, session, cart)
  }
  return { user: known ? user : null, fields, acted }
}

async function saveHalf({ name = '', value }: Operation, session: PeerSession): Promise<void> {
  session.set(`${name}-early`, value)
  await session.save?.()
}

async function change({ kind, name = '', value }: Operation, session: PeerSession, cart: unknown): Promise<void> {
  if (kind === 'login') return session.set('user', value)
  if (kind === 'set' || kind === 'saved') return session.set(name, value)
  if (kind === 'item') return session.set('cart', { ...(cart ?? {}), [name]: value })
  if (kind === 'delete') return session.delete(name)
  if (kind === 'logout') return session.logout()
  if (kind === 'regenerate') return moveOn(session, name, value)
  if (kind === 'count') await session.update?.((fields) => addOne(fields, name))
}

async function moveOn(session: PeerSession, name: string, value: unknown): Promise<void> {
  await session.regenerate()
  if (name) session.set(name, value)
}

function addOne(fields: Record<string, unknown>, name: string): void {
  fields[name] = Number(fields[name] ?? 0) + 1
}
