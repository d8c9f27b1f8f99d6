import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Answer } from './fleet.js'
import { clears } from './jar.js'
import type { Kind, Operation } from './operation.js'
import type { Random } from './random.js'
import { followOne, issues, newJars, stillIn } from './scenarios.js'
import type { Shelf } from './shelf.js'
import type { Visitor } from './visitor.js'

/** A request and what came of it. */
interface Done {
  operation: Operation
  answer: Answer
}

/**
 * A user with several tabs: bursts of parallel requests with random delays, now and then a new id, now and then a
 * logout. After every burst the session must be exactly what the model says.
 */
export class Storm {
  readonly #visitor: Visitor
  readonly #random: Random
  readonly #shelf: Shelf
  #fields = new Map<string, string>()
  #cart = new Map<string, string>()
  #hits = 0
  #serial = 0

  constructor(visitor: Visitor, random: Random, shelf: Shelf) {
    this.#visitor = visitor
    this.#random = random
    this.#shelf = shelf
  }

  async run(bursts: number): Promise<void> {
    await this.#visitor.login()
    for (let burst = 0; burst < bursts; burst += 1) {
      await sleep(this.#random.between(0, 30))
      await this.#burst()
    }
  }

  #burst(): Promise<void> {
    const dice = this.#random.next()
    if (dice < 0.15) return this.#logout()
    return dice < 0.3 ? this.#regenerate() : this.#write()
  }

  async #write(): Promise<void> {
    const done = await this.#all(this.#changes(this.#random.between(2, 6), true))
    for (const { operation, answer } of done) {
      if (answer.told.includes('dropped')) this.#visitor.found('lostUpdate', `dropped: ${operation.kind}`)
      this.#apply(operation)
    }
    await this.#compare()
  }

  async #logout(): Promise<void> {
    const { jar } = this.#visitor
    const outs = Array.from({ length: this.#random.between(1, 2) }, () => this.#operation('logout'))
    const done = await this.#all([...this.#changes(this.#random.between(1, 5), true), ...outs])
    const ended = Math.min(
      ...done.filter(({ operation }) => operation.kind === 'logout').map(({ answer }) => answer.end),
    )
    this.#lookForDeadIds(done, ended)
    if (newJars(jar, answersOf(done)).length > 0) this.#visitor.found('doubleSession', 'a logout made a new session')
    this.#visitor.jar = new Map()
    await stillIn(this.#visitor, jar, this.#shelf)
    this.#fields = new Map()
    this.#cart = new Map()
    this.#hits = 0
    await this.#visitor.login()
  }

  async #regenerate(): Promise<void> {
    const { jar, user } = this.#visitor
    const moves = Array.from({ length: this.#random.between(1, 2) }, () => {
      const name = this.#name()
      return { ...this.#operation('regenerate'), name, value: `${user}/${name}` }
    })
    const changes = this.#changes(this.#random.between(1, 4), false)
    const done = await this.#all([...changes, ...moves])
    const won = done.filter(({ operation, answer }) => operation.kind === 'regenerate' && issues(answer))
    const others = done.filter((each) => !won.includes(each))
    for (const { answer } of won) this.#lookForDeadIds(others, answer.end)
    for (const { operation, answer } of done) {
      if (answer.setCookies.some(clears)) this.#visitor.found('lostSession', `${operation.kind} cleared the new cookie`)
      if (!answer.told.includes('dropped')) this.#apply(operation)
    }
    const { report } = await this.#visitor.ask({ kind: 'read' }, jar)
    for (const { operation } of won)
      if (report?.fields[operation.name ?? '']) this.#visitor.found('leak', 'the old id sees what the new one wrote')
    await followOne(this.#visitor, newJars(jar, answersOf(done)))
    await this.#compare()
  }

  // A response that was still to be decided when the end of the id had been confirmed must not hand that id out again.
  #lookForDeadIds(done: readonly Done[], ended: number): void {
    for (const { operation, answer } of done) {
      const late = answer.report && answer.report.acted > ended
      if (late && issues(answer)) this.#visitor.found('deadIdReissued', `by ${operation.kind}`)
    }
  }

  async #compare(): Promise<void> {
    const { report } = await this.#visitor.ask({ kind: 'read' })
    if (report?.user !== this.#visitor.user) {
      this.#visitor.found('lostSession', 'logged out without a logout')
      return
    }
    const { user: _user, cart = {}, hits = 0, ...fields } = report.fields
    if (hits !== this.#hits) this.#visitor.found('inexactCounter', `${hits} instead of ${this.#hits}`)
    const expected = [Object.fromEntries(this.#fields), Object.fromEntries(this.#cart)]
    if (isDeepStrictEqual([fields, cart], expected)) return
    this.#visitor.found('lostUpdate', `${JSON.stringify([fields, cart])} instead of ${JSON.stringify(expected)}`)
  }

  #apply({ kind, name = '', value = '' }: Operation): void {
    if (kind === 'saved') this.#fields.set(`${name}-early`, value)
    if (kind === 'set' || kind === 'saved' || kind === 'regenerate') this.#fields.set(name, value)
    if (kind === 'item') this.#cart.set(name, value)
    if (kind === 'delete') this.#fields.delete(name)
    if (kind === 'count') this.#hits += 1
  }

  /** Random changes that do not contradict each other. Where an id ends, none of them may be half done. */
  #changes(count: number, halves: boolean): Operation[] {
    const kinds: [Kind, ...Kind[]] = ['set', 'set', 'item', 'item', 'count', 'count', 'read', 'delete']
    if (halves) kinds.push('saved')
    const deletable = [...this.#fields.keys()]
    return Array.from({ length: count }, () => {
      const operation = this.#operation(this.#random.pick(kinds))
      if (operation.kind === 'count') return { ...operation, name: 'hits' }
      if (operation.kind === 'delete') return { ...operation, name: deletable.pop() ?? 'nothing' }
      if (operation.kind === 'read') return operation
      const name = this.#name()
      return { ...operation, name, value: `${this.#visitor.user}/${name}` }
    })
  }

  #operation(kind: Kind): Operation {
    return { kind, wait: this.#random.between(0, 20) }
  }

  #name(): string {
    this.#serial += 1
    return `f${this.#serial}`
  }

  /** Sends all of them from tabs of one browser, each after a moment of its own. */
  #all(operations: readonly Operation[]): Promise<Done[]> {
    const { jar } = this.#visitor
    const moments = operations.map(() => this.#random.between(0, 15))
    return Promise.all(
      operations.map(async (operation, index) => {
        await sleep(moments[index])
        return { operation, answer: await this.#visitor.ask(operation, jar) }
      }),
    )
  }
}

const answersOf = (done: readonly Done[]) => done.map(({ answer }) => answer)
