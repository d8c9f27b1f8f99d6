import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { Entry, NewEntry, Store, WriteOutcome } from '../../core/store.js'

/** One promise of the contract and its proof. */
export interface Case {
  promise: string
  prove(handles: Handles): Promise<void>
}

/** What a proof works with. `another` opens a second handle on the same data, or answers `store` where there is none. */
export interface Handles {
  store: Store
  another(): Promise<Store>
}

interface Source {
  create(): Store | Promise<Store>
  shared: boolean
}

/** Runs a proof on a fresh handle, and closes every handle it opened, whether the proof holds or not. */
export async function withHandles({ create, shared }: Source, prove: Case['prove']): Promise<void> {
  const opened: Store[] = []
  const open = async () => {
    const store = await create()
    opened.push(store)
    return store
  }
  const store = await open()
  try {
    await prove({ store, another: shared ? open : async () => store })
  } finally {
    await Promise.all(opened.map((handle) => handle.close()))
  }
}

/** A key that nothing else uses. */
export function freshKey(): string {
  return `contract-${randomBytes(12).toString('base64url')}`
}

/** An entry with a minute to live. */
export function lasting(data: string): NewEntry {
  return { data, expires: Date.now() + 60_000 }
}

/** An entry whose deadline is in the past already. */
export function lapsed(data: string): NewEntry {
  return { data, expires: Date.now() - 1_000 }
}

/** The new version, where the write was done. */
export function versionOf(outcome: WriteOutcome): string {
  assert.ok('written' in outcome, `expected the write to be done, it answered "${Object.keys(outcome).join()}"`)
  assert.equal(typeof outcome.written, 'string')
  return outcome.written
}

/** The entry that a refused write answers. */
export function conflictOf(outcome: WriteOutcome): Entry {
  assert.ok('conflict' in outcome, `expected a conflict, the write answered "${Object.keys(outcome).join()}"`)
  const { data, version, expires } = outcome.conflict
  const types = [data, version, expires].map((field) => typeof field)
  assert.deepEqual(types, ['string', 'string', 'number'], 'a conflict holds the entry that is there')
  return outcome.conflict
}

/** Fails unless the write found nothing to replace. */
export function assertGone(outcome: WriteOutcome): void {
  assert.deepEqual(outcome, { gone: true })
}

/** Creates an entry and answers its version. */
export async function create(store: Store, key: string, entry: NewEntry): Promise<string> {
  return versionOf(await store.write(key, entry))
}

/** Fails unless exactly this entry is read. Three fields are compared; a store may keep more beside them. */
export async function assertReads(store: Store, key: string, expected: Entry): Promise<void> {
  const entry = await store.read(key)
  assert.ok(entry, 'expected an entry, read answered undefined')
  assertSame(entry, expected)
}

/** Fails unless both entries say the same. */
export function assertSame({ data, version, expires }: Entry, expected: Entry): void {
  assert.ok(data === expected.data, 'the data differs from what was written')
  assert.deepEqual({ version, expires }, { version: expected.version, expires: expected.expires })
}

/** Fails unless nothing is read. */
export async function assertUnread(store: Store, key: string): Promise<void> {
  assert.equal(await store.read(key), undefined)
}

/** Looks again and again until the answer is true, and fails after `limit` milliseconds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, limit = 5_000): Promise<void> {
  const giveUpAt = performance.now() + limit
  while (!(await holds())) {
    assert.ok(performance.now() < giveUpAt, `${what}: still not so after ${limit} ms`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
