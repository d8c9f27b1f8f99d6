import { isDeepStrictEqual } from 'node:util'
import fc, { type AsyncCommand } from 'fast-check'
import { commit, type Stored, storedOf } from '../../lib/core/commit.js'
import { end } from '../../lib/core/end.js'
import { create, exchange } from '../../lib/core/exchange.js'
import type { Store } from '../../lib/core/store.js'
import { show } from './promises.js'
import { anyChange, type Change, type Fields } from './session-fields.js'
import { type ModelRequest, outcomeOf, type SessionModel } from './session-model.js'
import { fieldsOf, hour, newRecord, pastGrace, rules } from './session-rules.js'

type Slot = 0 | 1 | 2
const names = ['P', 'Q', 'R'] as const

/** The session in a store. Requests in even slots come to one process, those in odd slots to the other. */
export class RealSession {
  readonly requests = new Map<Slot, Stored>()
  #keys = 0

  constructor(readonly handles: readonly [Store, Store]) {}

  store(slot: Slot): Store {
    return this.handles[slot % 2 === 0 ? 0 : 1]
  }

  nextKey(): string {
    this.#keys += 1
    return `key${this.#keys}`
  }

  async start(fields: Fields, now: number): Promise<void> {
    await create({ store: this.handles[0], key: 'key0' }, newRecord(fields, now, now), rules)
  }
}

type SessionCommand = AsyncCommand<SessionModel, RealSession>

/** What a request does, once it has begun. */
abstract class Act implements SessionCommand {
  constructor(
    readonly slot: Slot,
    readonly text: string,
  ) {}

  check(model: SessionModel): boolean {
    return model.writer(this.slot) !== undefined
  }

  async run(model: SessionModel, real: RealSession): Promise<void> {
    const request = model.requests.get(this.slot)
    const stored = real.requests.get(this.slot)
    if (!request || !stored) throw new Error('the request has not begun')
    await this.act(model, real, request, stored)
    await model.verify(real.store(this.slot))
  }

  abstract act(model: SessionModel, real: RealSession, request: ModelRequest, stored: Stored): Promise<void>

  toString(): string {
    return `${names[this.slot]} ${this.text}`
  }
}

class Begin implements SessionCommand {
  constructor(
    readonly slot: Slot,
    readonly where: 'latest' | 'first',
  ) {}

  check = () => true

  async run(model: SessionModel, real: RealSession): Promise<void> {
    const key = (this.where === 'first' ? model.keys[0] : model.keys.findLast((key) => model.at(key))) ?? 'key0'
    model.begin(this.slot, key)
    const entry = await real.store(this.slot).read(key)
    const stored = entry && storedOf(entry)
    const expected = model.requests.get(this.slot)
    expect(stored ? fieldsOf(stored) : undefined, expected?.base.fields)
    expect(stored?.record.successor, expected?.base.successor)
    if (stored) real.requests.set(this.slot, stored)
  }

  toString = () => `${names[this.slot]} reads the ${this.where} id`
}

class Changes extends Act {
  constructor(
    slot: Slot,
    readonly change: Change,
  ) {
    super(slot, change.text)
  }

  async act(_model: SessionModel, _real: RealSession, request: ModelRequest): Promise<void> {
    this.change.edit(request.ours)
  }
}

class Commits extends Act {
  async act(model: SessionModel, real: RealSession, { key, ours }: ModelRequest, base: Stored): Promise<void> {
    const change = { key, base, json: JSON.stringify(ours), life: undefined }
    const outcome = await commit(real.store(this.slot), change, rules)
    expect(outcomeOf(outcome), model.commit(this.slot, requestIn(model, this.slot)))
    if ('stored' in outcome) real.requests.set(this.slot, outcome.stored)
  }
}

class Exchanges extends Act {
  async act(model: SessionModel, real: RealSession, { key, ours }: ModelRequest, base: Stored): Promise<void> {
    const store = real.store(this.slot)
    const next = real.nextKey()
    const record = newRecord(ours, model.created, model.clock.now)
    const outcome = await exchange({ store, key, base }, { store, key: next }, record, rules)
    expect(outcomeOf(outcome), model.exchange(this.slot, requestIn(model, this.slot), next))
    if ('stored' in outcome) real.requests.set(this.slot, outcome.stored)
  }
}

class LogsOut extends Act {
  // A request with an exchanged id, too, may end the session.
  override check(model: SessionModel): boolean {
    return model.requests.has(this.slot)
  }

  async act(model: SessionModel, real: RealSession, request: ModelRequest, base: Stored): Promise<void> {
    await end({ store: real.store(this.slot), key: request.key, base })
    model.logOut(this.slot, request)
  }
}

class Touches extends Act {
  async act(model: SessionModel, real: RealSession, request: ModelRequest, { version }: Stored): Promise<void> {
    const touched = await real.store(this.slot).touch(request.key, model.end, version)
    expect(touched, model.touch(request, model.end))
  }
}

class Pass implements SessionCommand {
  constructor(readonly ms: number) {}
  check = () => true
  async run(model: SessionModel, real: RealSession): Promise<void> {
    model.clock.pass(this.ms)
    await model.verify(real.handles[0])
  }
  toString = () => `${this.ms / 1000} s pass`
}

function requestIn(model: SessionModel, slot: Slot): ModelRequest {
  const request = model.writer(slot)
  if (!request) throw new Error('the request has not begun')
  return request
}

function expect(seen: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(seen, expected)) throw new Error(`${show(seen)} instead of ${show(expected)}`)
}

const slot = fc.constantFrom<Slot[]>(0, 1, 2)
const begin = fc
  .tuple(slot, fc.constantFrom('latest' as const, 'latest' as const, 'first' as const))
  .map(([slot, where]) => new Begin(slot, where))
const change = fc.tuple(slot, anyChange).map(([slot, change]) => new Changes(slot, change))

const commits = slot.map((slot) => new Commits(slot, 'commits'))
const exchanges = slot.map((slot) => new Exchanges(slot, 'moves to a new id'))
const logsOut = slot.map((slot) => new LogsOut(slot, 'logs out'))
const touches = slot.map((slot) => new Touches(slot, 'touches'))
const pass = fc.constantFrom(pastGrace, 13 * hour).map((ms) => new Pass(ms))

// What ends sessions comes seldom, so that most of a case happens to a live one.
const often = [begin, begin, change, change, change, change, commits, commits, commits, exchanges]

/** Everything that requests do to one session, in any order. */
export const sessionCommands = fc.commands<SessionModel, RealSession, false>(
  [...often, ...often, touches, touches, logsOut, pass],
  { maxCommands: 60, size: 'max' },
)
