import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { fileStore, type SharedSessionOptions } from 'koa-shared-session'
import { freshDirectory } from '../servers/process.js'
import { type RedisServer, startRedis } from '../servers/redis.js'
import { FakeClock, otherKey, strongKey, withApp } from './served-app.js'

const routes = {}
const thirdKey = 'u7Wq2ZkVn9sT4yRb8xE1jLf6cG0aHd3mPi5oKtNvXzQ'

/** Checks one app, then another with the same store, and answers what the second check said. */
async function checkBoth(first: SharedSessionOptions, second: SharedSessionOptions): Promise<string> {
  const directory = `${freshDirectory()}/sessions`
  const store = () => fileStore({ directory })
  let answer = ''
  await withApp({ store: store(), ...first }, routes, async (one) => {
    await one.sessions.check()
    await withApp({ store: store(), ...second }, routes, async (other) => {
      const code = await other.sessions.check().then(
        () => 'fine',
        (error) => error.code,
      )
      const lines = [...other.log.at('error'), ...other.log.at('warn')]
      await other.sessions.check().catch(() => undefined)
      expect([...other.log.at('error'), ...other.log.at('warn')], 'said once').to.deep.equal(lines)
      for (const key of [strongKey, otherKey, thirdKey]) expect(lines.join()).not.to.include(key)
      answer = [code, ...lines.map((line) => line.replace(/^koa-shared-session: /, '').slice(0, 60))].join(', ')
    })
  })
  return answer
}

describe('Processes that do not fit together (R71, S20)', () => {
  it('R71 S20 other keys on the same store: check() rejects, one line says why, no key is in it', async () => {
    expect(await checkBoth({ keys: strongKey }, { keys: otherKey })).to.equal(
      'SESSION_FLEET_DIFFERS, Another process that serves the same app has other secret ke',
    )
  })

  it('R71 the same keys: nothing', async () => {
    expect(await checkBoth({ keys: [strongKey, otherKey] }, { keys: [strongKey, otherKey] })).to.equal('fine')
  })

  it('R71 a rotation under way: a warning, and check() resolves', async () => {
    expect(await checkBoth({ keys: [otherKey] }, { keys: [strongKey, otherKey] })).to.match(
      /^fine, Another process signs with a secret key/,
    )
  })

  it('R71 a rotation prepared with a fallback everywhere: nothing', async () => {
    expect(await checkBoth({ keys: [otherKey, strongKey] }, { keys: [strongKey, otherKey] })).to.equal('fine')
  })

  it('R71 another cookie is another app: nothing', async () => {
    expect(await checkBoth({ keys: strongKey, cookie: { name: 'one' } }, { keys: otherKey })).to.equal('fine')
  })

  it('R71 a process that has not been heard of for 45 seconds has gone', async () => {
    const clock = new FakeClock()
    clock.start()
    try {
      const directory = `${freshDirectory()}/sessions`
      await withApp({ store: fileStore({ directory }), keys: otherKey }, routes, ({ sessions }) => sessions.check())
      clock.passSeconds(45)
      await withApp({ store: fileStore({ directory }) }, routes, ({ sessions }) => sessions.check())
    } finally {
      clock.stop()
    }
  })

  describe('behind one port', () => {
    let redis: RedisServer
    let temporary: string
    before(async () => {
      redis = await startRedis()
      temporary = freshDirectory()
    })
    after(() => redis.stop())

    const differences: Record<string, { first: Record<string, string>; second: Record<string, string>; says: string }> =
      {
        prefixes: {
          first: { SESSION_KEY_PREFIX: 'a:' },
          second: { SESSION_KEY_PREFIX: 'b:' },
          says: 'under another prefix',
        },
        stores: { first: {}, second: { SESSION_STORE: 'file' }, says: 'in another store' },
        keys: { first: {}, second: { SECRET_KEY: otherKey }, says: 'other secret keys' },
      }
    for (const [what, { first, second, says }] of Object.entries(differences))
      it(`R71 S20 two workers with different ${what} are noticed by their requests alone`, async function () {
        this.timeout(20_000)
        const common = {
          SECRET_KEY: strongKey,
          REDIS_URL: redis.url,
          TMPDIR: temporary,
          PATH: String(process.env.PATH),
        }
        const workers = await Promise.all([first, second].map((own) => Worker.start({ ...common, ...own })))
        try {
          for (const worker of workers) await worker.visit(4567)
          await workers[1]?.said(says)
        } finally {
          for (const worker of workers) worker.child.kill()
        }
      })
  })
})

/** A process with sessions that is told which port its requests came in on. */
class Worker {
  output = ''

  private constructor(readonly child: ChildProcess) {
    child.stdout?.on('data', (part) => this.#hear(part))
    child.stderr?.on('data', (part) => this.#hear(part))
  }

  static async start(env: Record<string, string>): Promise<Worker> {
    const child = fork(fileURLToPath(new URL('./fleet-worker.js', import.meta.url)), { env, silent: true })
    const worker = new Worker(child)
    await once(child, 'message')
    return worker
  }

  /** A visit with a session cookie. */
  async visit(port: number): Promise<void> {
    const answered = once(this.child, 'message')
    this.child.send(port)
    await answered
  }

  async said(words: string): Promise<void> {
    while (!this.output.includes(words)) await once(this.child.stderr ?? this.child, 'data')
  }

  #hear(part: unknown): void {
    this.output += String(part)
  }
}
