import type { LiveVisit } from '../../../audit/live/live-facts.js'
import type { NotLooked } from '../../../audit/project/project.js'
import { limits } from '../limits.js'
import type { Probed } from '../redis-probe.js'
import { cookiesSet, type SetCookie } from './cookies.js'
import { type Answer, exchange, type Question, Silent } from './exchange.js'
import type { VisitPlan } from './plan.js'
import { recogniseBy, workersIn } from './signs.js'

/** Requests of a visitor without cookies, to see what a stranger sees. */
const strangers = 3

/** What was found, and what nobody may see of it. */
export interface Visited extends Probed<LiveVisit> {
  readonly secrets: readonly string[]
}

/** Logs in once, then asks again and again on new connections with the cookies of the login unchanged. */
export async function visit(plan: VisitPlan, sessionName: string | null): Promise<Visited> {
  const visitor = new Visitor(plan)
  const login = await visitor.logIn(sessionName)
  const cookie = plan.cookie ?? login?.cookies.map(({ pair }) => pair).join('; ') ?? ''
  const secrets = cookie.split(';').map((pair) => pair.slice(pair.indexOf('=') + 1).trim())
  const isIn = cookie !== '' && login?.said == null
  const outside = isIn ? await visitor.ask(strangers, '') : []
  const inside = isIn ? await visitor.ask(plan.requests, cookie) : []
  const answers = inside.filter((answer) => answer !== undefined)
  const isLoggedIn = recogniseBy(
    plan.expect,
    outside.filter((answer) => answer !== undefined),
    answers,
  )
  const found: LiveVisit = {
    url: plan.url.origin,
    page: plan.page,
    login: login && { request: login.request, status: login.status, said: login.said },
    cookies: (login?.cookies ?? []).map(({ pair: _pair, ...cookie }) => cookie),
    uncached: login && login.cookies.length > 0 ? login.uncached : null,
    asked: inside.length,
    answered: answers.filter(({ status }) => status < 500).length,
    loggedIn: isLoggedIn ? answers.filter(isLoggedIn).length : inside.length > 0 && answers.length === 0 ? 0 : null,
    toldBy: isLoggedIn ? (plan.expect === undefined ? 'difference' : 'text') : null,
    workers: workersIn(answers, plan.worker),
    latency: median(answers.map(({ took }) => took)),
  }
  return { found, notLooked: notLookedIn(found, inside.length, plan), secrets: secrets.filter(Boolean) }
}

interface Login {
  readonly request: string
  readonly status: number | null
  /** Why it failed. */
  readonly said: string | null
  readonly cookies: readonly SetCookie[]
  readonly uncached: boolean
}

class Visitor {
  readonly #plan: VisitPlan
  readonly #end = performance.now() + limits.visit
  #silence: number = limits.silence

  constructor(plan: VisitPlan) {
    this.#plan = plan
  }

  /** Null where there is nothing to log in with. */
  async logIn(sessionName: string | null): Promise<Login | null> {
    const { login, url, headers } = this.#plan
    if (login === undefined) return null
    const request = `${login.method} ${login.path.replace(/\?.*/s, '?…')}`
    const type: Record<string, string> = login.type === undefined ? {} : { 'content-type': login.type }
    const question = { url: new URL(login.path, url), method: login.method, headers: { ...headers, ...type } }
    try {
      const answer = await this.#exchange({ ...question, body: login.body }, limits.login)
      const cookies = cookiesSet(answer.headers['set-cookie'] ?? [], sessionName, Date.now())
      const uncached = /no-store|no-cache|private/i.test(answer.headers['cache-control'] ?? '')
      return { request, status: answer.status, said: refusalIn(answer, cookies), cookies, uncached }
    } catch (error) {
      return { request, status: null, said: wordsOf(error), cookies: [], uncached: false }
    }
  }

  /** One after the other, so that a server that takes turns can be seen to. Undefined: no answer. */
  async ask(times: number, cookie: string): Promise<(Answer | undefined)[]> {
    const { url, page, headers } = this.#plan
    const question = {
      url: new URL(page, url),
      method: 'GET',
      headers: { ...headers, ...(cookie === '' ? {} : { cookie }) },
    }
    const answers: (Answer | undefined)[] = []
    for (let n = 0; n < times && this.#silence > 0 && performance.now() < this.#end; n += 1)
      answers.push(await this.#exchange(question, limits.page).catch(() => undefined))
    return answers
  }

  async #exchange(question: Question, limit: number): Promise<Answer> {
    const patience = Math.min(limit, this.#silence)
    try {
      return await exchange(question, patience)
    } catch (error) {
      this.#silence -= error instanceof Silent ? patience : 0
      throw error
    }
  }
}

function refusalIn({ status }: Answer, cookies: readonly SetCookie[]): string | null {
  if (status >= 400) return `it was answered ${status}`
  return cookies.length === 0 ? `it was answered ${status} without a cookie` : null
}

function notLookedIn(
  { login, asked, loggedIn, workers, page }: LiveVisit,
  reached: number,
  plan: VisitPlan,
): NotLooked[] {
  if (login === null && plan.cookie === undefined)
    return [
      { what: `the running app at ${plan.url.origin}`, why: 'there is neither --login nor --cookie to visit it with' },
    ]
  if (login?.said != null) return []
  return [
    ...(asked < plan.requests
      ? [{ what: `${plan.requests - reached} of ${plan.requests} requests`, why: 'the time for them was over' }]
      : []),
    ...(loggedIn === null
      ? [
          {
            what: 'whether the login is seen',
            why: `${page} looks the same with and without it, or different each time: --page names one that needs it, --expect a text that only those see who are logged in`,
          },
        ]
      : []),
    ...(workers === null && asked > 0
      ? [
          {
            what: 'how many workers answered',
            why: 'nothing in the answers names them: serve --worker-header does, and --worker says what else',
          },
        ]
      : []),
  ]
}

function median(times: readonly number[]): number | null {
  const middle = [...times].sort((a, b) => a - b)[times.length >> 1]
  return middle === undefined ? null : Math.round(middle * 10) / 10
}

const wordsOf = (error: unknown) => {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return error.errors[0].message
  return error instanceof Error ? error.message : String(error)
}
