import assert from 'node:assert/strict'
import type { Store, WriteOutcome } from '../../core/store.js'
import { assertReads, type Case, conflictOf, create, freshKey, lasting, versionOf } from './case.js'

/** Parallel writers: one of them wins, the others learn who did. */
export const concurrencyCases: Case[] = [
  {
    promise: 'lets one of 50 parallel writers replace the state that all of them saw',
    async prove({ store, another }) {
      const key = freshKey()
      const stores = [store, await another()]
      const seen = await create(store, key, lasting('first'))
      const outcomes = await race(stores, (handle, writer) => handle.write(key, lasting(`writer ${writer}`), seen))
      await assertOneWinner(store, key, outcomes)
    },
  },
  {
    promise: 'lets one of 50 parallel creators create',
    async prove({ store, another }) {
      const key = freshKey()
      const stores = [store, await another()]
      const outcomes = await race(stores, (handle, writer) => handle.write(key, lasting(`writer ${writer}`)))
      await assertOneWinner(store, key, outcomes)
    },
  },
  {
    promise: 'loses no step when 20 writers count by compare-and-set',
    async prove({ store, another }) {
      const key = freshKey()
      const stores = [store, await another()]
      await create(store, key, lasting('0'))
      await race(stores, (handle) => countOne(handle, key), 20)
      assert.equal((await store.read(key))?.data, '20')
    },
  },
  {
    promise: 'brings nothing back where a removal runs beside writers and touches',
    async prove({ store, another }) {
      const other = await another()
      for (let round = 0; round < 20; round++) {
        const key = freshKey()
        const seen = await create(store, key, lasting('first'))
        await Promise.all([
          store.write(key, lasting('second'), seen),
          other.remove(key),
          store.touch(key, Date.now() + 90_000, seen),
          other.write(key, lasting('third'), seen),
        ])
        assert.equal(await store.read(key), undefined)
      }
    },
  },
  {
    promise: 'brings nothing back where a removal runs beside a touch, whichever begins first',
    async prove({ store, another }) {
      const other = await another()
      for (let round = 0; round < 20; round++) {
        const key = freshKey()
        const seen = await create(store, key, lasting('first'))
        const touch = () => store.touch(key, Date.now() + 90_000, seen)
        await Promise.all(round % 2 === 0 ? [touch(), other.remove(key)] : [other.remove(key), touch()])
        assert.equal(await store.read(key), undefined)
      }
    },
  },
  {
    promise: 'loses no write beside a touch',
    async prove({ store, another }) {
      const other = await another()
      for (let round = 0; round < 20; round++) {
        const key = freshKey()
        const seen = await create(store, key, lasting('first'))
        const touch = () => store.touch(key, Date.now() + 90_000, seen)
        const write = () => other.write(key, lasting('second'), seen)
        const [, outcome] = await Promise.all([touch(), write()])
        versionOf(outcome)
        assert.equal((await store.read(key))?.data, 'second')
      }
    },
  },
  {
    promise: 'evicts no live entry: a thousand are there together',
    async prove({ store, another }) {
      const stores = [store, await another()]
      const keys = await race(stores, (handle) => createOne(handle), 1_000)
      const entries = await race(stores, (handle, index) => handle.read(String(keys[index])), keys.length)
      const lost = entries.filter((entry) => entry === undefined).length
      await race(stores, (handle, index) => handle.remove(String(keys[index])), keys.length)
      assert.equal(lost, 0, `${lost} of ${keys.length} live entries are gone`)
    },
  },
]

async function createOne(store: Store): Promise<string> {
  const key = freshKey()
  await create(store, key, lasting(key))
  return key
}

function race<T>(stores: Store[], run: (store: Store, runner: number) => Promise<T>, runners = 50): Promise<T[]> {
  const starts = Array.from({ length: runners }, (_, runner) => ({ runner, store: stores[runner % stores.length] }))
  return Promise.all(
    starts.map(({ runner, store }) => (store ? run(store, runner) : Promise.reject(new Error('no store')))),
  )
}

async function assertOneWinner(store: Store, key: string, outcomes: WriteOutcome[]): Promise<void> {
  const winners = outcomes.flatMap((outcome, writer) => ('written' in outcome ? [{ outcome, writer }] : []))
  assert.equal(winners.length, 1, `${winners.length} of ${outcomes.length} writers were told that they won`)
  const [winner] = winners
  assert.ok(winner)
  const version = versionOf(winner.outcome)
  const data = `writer ${winner.writer}`
  for (const loser of outcomes.filter((outcome) => outcome !== winner.outcome)) {
    const conflict = conflictOf(loser)
    assert.deepEqual({ data: conflict.data, version: conflict.version }, { data, version })
  }
  const live = await store.read(key)
  assert.ok(live)
  await assertReads(store, key, { data, version, expires: live.expires })
}

async function countOne(store: Store, key: string): Promise<void> {
  let base = await store.read(key)
  for (let round = 0; base && round < 1_000; round++) {
    const outcome = await store.write(key, lasting(String(Number(base.data) + 1)), base.version)
    if ('written' in outcome) return
    base = conflictOf(outcome)
  }
  assert.fail('the entry vanished while it was counted, or every write of a thousand was refused')
}
