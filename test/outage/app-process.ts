import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** What a client gets. */
export interface Answer {
  /** `none`: no answer within the client's patience. */
  readonly status: number | 'none'
  readonly ms: number
  readonly body: string
  readonly setCookies: readonly string[]
  readonly retryAfter: string | null
}

/** An app with sessions, in a process of its own, and one visitor with a cookie. */
export class AppProcess {
  readonly lines: string[] = []
  cookie = ''

  private constructor(
    readonly child: ChildProcess,
    readonly port: number,
    readonly patience: number,
  ) {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (part) => this.lines.push(...String(part).split('\n').filter(Boolean)))
  }

  /** @param patience ms after which the visitor gives up on an answer */
  static async start(peer: string, redis: string, patience: number): Promise<AppProcess> {
    const child = fork(fileURLToPath(new URL('./app.js', import.meta.url)), {
      silent: true,
      env: { PATH: process.env.PATH, PEER: peer, REDIS: redis },
    })
    const [{ port }] = await once(child, 'message')
    return new AppProcess(child, port, patience)
  }

  /** Asks as the visitor, or as somebody without a cookie. */
  async ask(path: string, { anonymous = false } = {}): Promise<Answer> {
    const began = performance.now()
    const headers = { connection: 'close', ...(anonymous || !this.cookie ? {} : { cookie: this.cookie }) }
    const signal = AbortSignal.timeout(this.patience)
    try {
      const response = await fetch(`http://127.0.0.1:${this.port}${path}`, { headers, signal })
      const setCookies = response.headers.getSetCookie()
      const retryAfter = response.headers.get('retry-after')
      return {
        status: response.status,
        body: await response.text(),
        ms: performance.now() - began,
        setCookies,
        retryAfter,
      }
    } catch {
      return { status: 'none', body: '', ms: performance.now() - began, setCookies: [], retryAfter: null }
    }
  }

  /** Logs in, and keeps the cookies. */
  async login(): Promise<void> {
    const { status, setCookies } = await this.ask('/login', { anonymous: true })
    if (status !== 200) throw new Error(`the login answered ${status}:\n${this.lines.join('\n')}`)
    this.cookie = setCookies.map((line) => line.split(';')[0]).join('; ')
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit')
    this.child.kill('SIGKILL')
    await ended
  }
}
