import fc, { type AsyncCommand } from 'fast-check'
import type { Store } from '../../lib/core/store.js'
import type { ModelClock } from './clock.js'
import { type Call, follow, isLive, type Kept, show, versionIn } from './promises.js'

export const hour = 3_600_000
const handleNames = ['A', 'B'] as const
const keys = ['one', 'two', 'Ü/../3'] as const

/** Which version a call names: the one that is there, one that was, one of another key, one that never was. */
type Seen = 'current' | 'stale' | 'foreign' | 'made up'

/** What the store should hold. */
export class StoreModel {
  readonly kept = new Map<string, Kept>()
  readonly versions = new Set<string>()
  readonly #old = new Map<string, string[]>()
  /** Expired keys that a call has met since, which a store may have taken away on that occasion, or not. */
  readonly #met = new Set<string>()

  constructor(readonly clock: ModelClock) {}

  /** The version that a word stands for now; undefined where there is none. */
  version(key: string, seen: Seen): string | undefined {
    if (seen === 'current') return this.kept.get(key)?.version
    if (seen === 'stale') return this.#old.get(key)?.at(-1)
    if (seen === 'foreign')
      return keys.filter((other) => other !== key).map((other) => this.kept.get(other)?.version)[0]
    return 'AAAAAAAAAAAAAAAA.00000000'
  }

  /** Takes in a call and its answer. Fails where the answer breaks a promise. */
  take(key: string, call: Call, answer: unknown): void {
    const before = this.kept.get(key)
    const verdict = follow(before, call, answer, this.clock.now)
    if ('wrong' in verdict) throw new Error(`${call.method} answered ${verdict.wrong}`)
    const version = versionIn(answer)
    if (version !== undefined) this.#written(key, version, before)
    else if (before && !isLive(before, this.clock.now)) this.#met.add(key)
    this.kept.set(key, verdict.kept)
  }

  #written(key: string, version: string, before: Kept): void {
    if (this.versions.has(version)) throw new Error('a version was given twice')
    this.versions.add(version)
    this.#met.delete(key)
    if (before) this.#old.set(key, [...(this.#old.get(key) ?? []), before.version])
  }

  /** Takes in a clean-up: it takes what nobody has met since it expired, perhaps what somebody met, and nothing else. */
  pruned(count: number): void {
    const expired = [...this.kept].filter(([, kept]) => kept && !isLive(kept, this.clock.now)).map(([key]) => key)
    const least = expired.filter((key) => !this.#met.has(key)).length
    if (count < least || count > expired.length)
      throw new Error(`prune answered ${count} instead of ${least} to ${expired.length}`)
    for (const key of expired) this.kept.set(key, undefined)
  }
}

/** Two handles on the same data. */
export type Handles = readonly [Store, Store]

type ModelCommand = AsyncCommand<StoreModel, Handles>

interface Aim {
  readonly handle: 0 | 1
  readonly key: string
}

class CallCommand implements ModelCommand {
  constructor(
    readonly aim: Aim,
    readonly text: string,
    /** The call, with the versions of the moment; undefined where there is no such version. */
    readonly call: (model: StoreModel) => Call | undefined,
  ) {}

  check(model: StoreModel): boolean {
    return this.call(model) !== undefined
  }

  async run(model: StoreModel, handles: Handles): Promise<void> {
    const call = this.call(model)
    if (call) model.take(this.aim.key, call, await perform(handles[this.aim.handle], this.aim.key, call))
    // Both handles see the same at once.
    for (const handle of handles) model.take(this.aim.key, { method: 'read' }, await handle.read(this.aim.key))
  }

  toString(): string {
    return `${handleNames[this.aim.handle]}.${this.text}`
  }
}

class Pass implements ModelCommand {
  constructor(readonly hours: number) {}
  check = () => true
  async run(model: StoreModel): Promise<void> {
    model.clock.pass(this.hours * hour)
  }
  toString = () => `${this.hours} h pass`
}

class Prune implements ModelCommand {
  constructor(readonly handle: 0 | 1) {}
  check = () => true
  async run(model: StoreModel, handles: Handles): Promise<void> {
    const removed = await handles[this.handle].prune?.()
    if (removed !== undefined) model.pruned(removed)
  }
  toString = () => `${handleNames[this.handle]}.prune()`
}

/** Does a call on a handle. */
export async function perform(store: Store, key: string, call: Call): Promise<unknown> {
  if (call.method === 'read') return store.read(key)
  if (call.method === 'remove') return store.remove(key)
  if (call.method === 'touch') return store.touch(key, call.expires, call.seen)
  return call.seen === undefined ? store.write(key, call.entry) : store.write(key, call.entry, call.seen)
}

const aim = fc.record({ handle: fc.constantFrom(0 as const, 1 as const), key: fc.constantFrom(...keys) })
const seen = fc.constantFrom<Seen[]>('current', 'current', 'current', 'stale', 'foreign', 'made up')
// Hours from now; 0 is a deadline that is reached and so has passed.
const deadline = fc.constantFrom(3, 1, 2, 3, 3, 0, -1)
export const texts = fc.constantFrom('x', 'y', '', '{"é":"🦊\\n"}', 'line\nline')

const creation = fc.record({ aim, data: texts, hours: deadline }).map(
  ({ aim, data, hours }) =>
    new CallCommand(aim, `write(${aim.key}, ${show(data)}, ${hours} h)`, ({ clock }) => ({
      method: 'write',
      entry: { data, expires: clock.now + hours * hour },
      seen: undefined,
    })),
)

const replacement = fc.record({ aim, data: texts, hours: deadline, seen }).map(
  ({ aim, data, hours, seen }) =>
    new CallCommand(aim, `write(${aim.key}, ${show(data)}, ${hours} h, seen ${seen})`, (model) => {
      const version = model.version(aim.key, seen)
      const entry = { data, expires: model.clock.now + hours * hour }
      return version === undefined ? undefined : { method: 'write', entry, seen: version }
    }),
)

const touch = fc.record({ aim, hours: deadline, seen }).map(
  ({ aim, hours, seen }) =>
    new CallCommand(aim, `touch(${aim.key}, ${hours} h, seen ${seen})`, (model) => {
      const version = model.version(aim.key, seen)
      const expires = model.clock.now + hours * hour
      return version === undefined ? undefined : { method: 'touch', expires, seen: version }
    }),
)

const read = aim.map((aim) => new CallCommand(aim, `read(${aim.key})`, () => ({ method: 'read' })))
const remove = aim.map((aim) => new CallCommand(aim, `remove(${aim.key})`, () => ({ method: 'remove' })))
const pass = fc.constantFrom(1, 2).map((hours) => new Pass(hours))
const prune = fc.constantFrom(0 as const, 1 as const).map((handle) => new Prune(handle))

/** Everything that can be asked of a store, in any order. */
export const storeCommands = fc.commands<StoreModel, Handles, false>(
  [creation, creation, replacement, replacement, replacement, touch, touch, read, remove, pass, prune],
  { maxCommands: 40, size: 'max' },
)
