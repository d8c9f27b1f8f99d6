import type { Entry, Store, WriteOutcome } from '../../lib/core/store.js'

/** One call on a store, and what it answered. Without an answer: the process was killed, or got an error. */
export interface Act {
  name: string
  seen?: string
  data?: string
  expires?: number
  answer?: { value: unknown }
}

/** Makes the calls of one client on one key, and writes them down. */
export class Client {
  readonly history: Act[] = []

  constructor(
    private readonly store: Store,
    private readonly key: string,
    private readonly label: string,
  ) {}

  create(): Promise<WriteOutcome> {
    const entry = this.#entry()
    return this.#note({ name: 'create', ...entry }, this.store.write(this.key, entry))
  }

  replace(seen: string): Promise<WriteOutcome> {
    const entry = this.#entry()
    return this.#note({ name: 'replace', seen, ...entry }, this.store.write(this.key, entry, seen))
  }

  touch(seen: string): Promise<boolean> {
    const { expires } = this.#entry()
    return this.#note({ name: 'touch', seen, expires }, this.store.touch(this.key, expires, seen))
  }

  remove(): Promise<void> {
    return this.#note({ name: 'remove' }, this.store.remove(this.key))
  }

  read(): Promise<Entry | undefined> {
    return this.#note({ name: 'read' }, this.store.read(this.key))
  }

  prune(): Promise<number | undefined> {
    return this.#note({ name: 'prune' }, Promise.resolve(this.store.prune?.()))
  }

  #entry() {
    const data = `${this.label} ${this.history.length}`
    count += 1
    return { data, expires: future + count * 1000 }
  }

  async #note<T>(act: Act, call: Promise<T>): Promise<T> {
    this.history.push(act)
    const value = await call
    act.answer = { value }
    return value
  }
}

/** Stands among the ordered acts where all free ones had ended that ever would. */
export const settled: Act = { name: 'settled', answer: { value: undefined } }

/**
 * True when there is an order of all acts, each client's own kept, in which a store without any concurrency would have
 * answered the same. `ordered` ran one after the other. A `free` act ran beside those before the `settled` one; without an
 * answer, it may stand anywhere or nowhere.
 */
export function isLinearizable(start: Entry | undefined, ordered: Act[], free: Act[]): boolean {
  const versions = observedVersions(start, [...ordered, ...free])
  return anyOrder(start, ordered, free, versions)
}

const future = Date.now() + 86_400_000
let count = 0

type Versions = Map<string, string>

function anyOrder(state: Entry | undefined, ordered: Act[], free: Act[], versions: Versions): boolean {
  const [next, ...rest] = ordered
  if (next === settled && free.some(({ answer }) => answer)) return placed(state, ordered, free, versions)
  if (!next && free.every(({ answer }) => !answer)) return true
  if (next) {
    const after = play(state, next, versions)
    if (after !== 'differs' && anyOrder(after, rest, free, versions)) return true
  }
  return placed(state, ordered, free, versions)
}

function placed(state: Entry | undefined, ordered: Act[], free: Act[], versions: Versions): boolean {
  return free.some((act) => {
    const after = play(state, act, versions)
    const others = free.filter((other) => other !== act)
    return after !== 'differs' && anyOrder(after, ordered, others, versions)
  })
}

/** The state after an act, or that the act would have answered something else. */
function play(state: Entry | undefined, act: Act, versions: Versions): Entry | undefined | 'differs' {
  const [after, answer] = effect(state, act, versions)
  return !act.answer || JSON.stringify(answer) === JSON.stringify(act.answer.value) ? after : 'differs'
}

function effect(state: Entry | undefined, act: Act, versions: Versions): [Entry | undefined, unknown] {
  const { name, seen, data = '', expires = 0 } = act
  const version = versions.get(data) ?? `never seen: ${data}`
  const write = (): [Entry, unknown] => [{ data, version, expires }, { written: version }]
  if (name === 'create') return state ? [state, { conflict: state }] : write()
  if (name === 'replace' && !state) return [state, { gone: true }]
  if (name === 'replace') return state?.version === seen ? write() : [state, { conflict: state }]
  if (name === 'touch') return state?.version === seen && state ? [{ ...state, expires }, true] : [state, false]
  if (name === 'remove') return [undefined, undefined]
  if (name === 'read') return [state, state]
  return [state, act.answer?.value]
}

/** Which version each data was seen with, in any answer. */
function observedVersions(start: Entry | undefined, acts: Act[]): Versions {
  const versions: Versions = new Map(start && [[start.data, start.version]])
  for (const { data, answer } of acts) {
    const value = answer?.value as (Partial<Entry> & { written?: string; conflict?: Entry }) | undefined
    const entry = value?.conflict ?? value
    if (entry?.data !== undefined && entry.version !== undefined) versions.set(entry.data, entry.version)
    if (value?.written !== undefined && data !== undefined) versions.set(data, value.written)
  }
  return versions
}
