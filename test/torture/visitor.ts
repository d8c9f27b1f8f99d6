import type { Fault, Finding, Findings } from './findings.js'
import type { Answer, Fleet, Held } from './fleet.js'
import { afterResponse, clears, emptyJar, hashOf, header, type Jar } from './jar.js'
import { clock, type Operation } from './operation.js'

/** One user with a browser, and the history of all that was asked in their name. */
export class Visitor {
  readonly user: string
  readonly history: string[] = []
  /** The cookies that should be logged in now; empty after a logout. */
  jar: Jar = emptyJar
  /** Every jar a response has ever made. */
  readonly jars = new Map<string, Jar>()
  readonly #fleet: Fleet
  readonly #findings: Findings
  readonly #born = clock()

  constructor(user: string, fleet: Fleet, findings: Findings) {
    this.user = user
    this.#fleet = fleet
    this.#findings = findings
  }

  /** Logs in with an empty browser, which gives a new session. */
  async login(): Promise<void> {
    const answer = await this.ask({ kind: 'login', value: this.user }, emptyJar)
    this.jar = afterResponse(emptyJar, answer.setCookies)
  }

  /** Asks with the cookies of `jar`. What no response may ever show is looked for here. */
  async ask(operation: Operation, jar = this.jar): Promise<Answer> {
    const answer = await this.#fleet.ask(operation, header(jar))
    this.#findings.operations += 1
    this.history.push(this.#line(operation, answer, jar))
    const after = afterResponse(jar, answer.setCookies)
    if (after.size > 0) this.jars.set(header(after), after)
    this.#inspect(answer)
    return answer
  }

  /** The same, and the handler waits between reading and writing until it is released. */
  hold(operation: Operation, jar = this.jar): Held {
    return this.#fleet.hold(operation, (gated) => this.ask(gated, jar))
  }

  /** Reports what went wrong. */
  found(fault: Fault, note: string): Finding {
    const finding = { fault, note, user: this.user, history: [...this.history] }
    this.#findings.all.push(finding)
    return finding
  }

  #inspect({ status, body, report, told }: Answer): void {
    if (status >= 500) this.found('serverError', `status ${status}: ${body.slice(0, 200)}`)
    if (told.includes('invalid')) this.found('tornRecord', 'a stored record could not be read')
    if (!report) return
    if (report.user !== null && report.user !== this.user) this.found('wrongUser', `logged in as ${report.user}`)
    const foreign = strings(report.fields).find((value) => !`${value}/`.startsWith(`${this.user}/`))
    if (foreign !== undefined) this.found('wrongUser', `a field of another user: ${foreign}`)
  }

  #line({ kind, name, value, wait, gate }: Operation, answer: Answer, jar: Jar): string {
    const ms = (time: number) => ((time - this.#born) / 1000).toFixed(1)
    const { report, status, told, setCookies, start, end } = answer
    const after = setCookies.some(clears) ? 'cleared' : hashOf(afterResponse(jar, setCookies))
    return [
      `${ms(start)}..${ms(end)} ms`,
      `worker ${report?.worker ?? '?'}`,
      [kind, name, value && `= ${value}`].filter(Boolean).join(' '),
      ...(gate === undefined ? [] : ['held']),
      ...(wait ? [`waited ${wait} ms`] : []),
      `cookie ${hashOf(jar)}${setCookies.length > 0 ? ` -> ${after}` : ''}`,
      status === 200 ? `as ${report?.user ?? 'nobody'}` : `status ${status}`,
      ...(report ? [`acted ${ms(report.acted)}`] : []),
      ...(told ? [told] : []),
    ].join(' | ')
  }
}

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(strings)
}
