import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { eventually, freshDirectory } from '../servers/process.js'
import { type RedisServer, startRedis } from '../servers/redis.js'
import type { Visit } from './fleet-worker.js'
import { otherKey, strongKey } from './served-app.js'

/** A process with sessions. */
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

  /** A visit with a session cookie; answers what check() of each of its apps then says. */
  async visit(host: string): Promise<string> {
    const answered = once(this.child, 'message')
    this.child.send({ host } satisfies Visit)
    const [answer] = await answered
    return String(answer)
  }

  async said(words: string): Promise<void> {
    await eventually(`it says "${words}"`, async () => this.output.includes(words), 5_000)
  }

  async kill(): Promise<void> {
    const exit = once(this.child, 'exit')
    this.child.kill('SIGKILL')
    await exit
  }

  #hear(part: unknown): void {
    this.output += String(part)
  }
}

describe('Workers of one machine that visitors know by one name', () => {
  let redis: RedisServer
  before(async () => {
    redis = await startRedis()
  })
  after(() => redis.stop())

  type Environment = Record<string, string>
  type Work = (first: Worker, second: Worker, begin: (own: Environment) => Promise<Worker>) => Promise<void>

  async function withWorkers(first: Environment, second: Environment, work: Work): Promise<void> {
    const common = {
      SECRET_KEY: strongKey,
      REDIS_URL: redis.url,
      TMPDIR: freshDirectory(),
      PATH: String(process.env.PATH),
    }
    const workers: Worker[] = []
    const begin = async (own: Environment) => {
      const worker = await Worker.start({ ...common, ...own })
      workers.push(worker)
      return worker
    }
    try {
      await work(await begin(first), await begin(second), begin)
    } finally {
      for (const worker of workers) worker.child.kill('SIGKILL')
      await empty()
    }
  }

  async function empty(): Promise<void> {
    const client = redis.client()
    await client.flushall()
    client.disconnect()
  }

  const differences: Record<string, { first: Environment; second: Environment; says: string }> = {
    prefixes: {
      first: { SESSION_KEY_PREFIX: 'a:' },
      second: { SESSION_KEY_PREFIX: 'b:' },
      says: 'under another prefix',
    },
    stores: { first: {}, second: { SESSION_STORE: 'file' }, says: 'in another store' },
    keys: { first: {}, second: { SECRET_KEY: otherKey }, says: 'other secret keys' },
  }
  for (const [what, { first, second, says }] of Object.entries(differences))
    it(`R71 S20 two with different ${what} are noticed`, () => areNoticed(first, second, says))

  it('R71 S20 two that were given clients of two servers are noticed', async () => {
    const other = await startRedis()
    try {
      await areNoticed({ GIVEN_CLIENT: redis.url }, { GIVEN_CLIENT: other.url }, 'in another store')
    } finally {
      await other.stop()
    }
  })

  const areNoticed = (first: Environment, second: Environment, says: string) =>
    withWorkers(first, second, async (elder, younger) => {
      expect(await elder.visit('shop.example')).to.equal('fine')
      expect(await younger.visit('shop.example')).to.equal('SESSION_FLEET_DIFFERS')
      await younger.said(says)
      expect(await elder.visit('shop.example')).to.equal('fine')
      await elder.said(says)
    })

  it('R71 two that call one server by different names: nothing', () => {
    const called = (host: string) => ({ REDIS_URL: redis.url.replace(/127\.0\.0\.1(:\d+).*/, `${host}$1/0`) })
    return withWorkers({}, called('localhost'), async (one, other) => {
      for (const worker of [one, other, one, other]) expect(await worker.visit('shop.example')).to.equal('fine')
      for (const { output } of [one, other]) expect(output).not.to.include('Another process')
    })
  })

  it('R71 a store that is emptied under those who serve: nothing', () =>
    withWorkers({}, {}, async (one, other) => {
      for (const worker of [one, other]) expect(await worker.visit('shop.example')).to.equal('fine')
      await empty()
      for (const worker of [one, other, one, other]) expect(await worker.visit('shop.example')).to.equal('fine')
      for (const { output } of [one, other]) expect(output).not.to.include('Another process')
    }))

  it('R71 each with two sessions of one cookie under different prefixes, for two hosts: nothing', () => {
    const both = { PREFIXES: 'one:,two:' }
    return withWorkers(both, both, async (one, other) => {
      for (const worker of [one, other, one, other]) expect(await worker.visit('shop.example')).to.equal('fine,fine')
      for (const { output } of [one, other]) expect(output).not.to.include('Another process')
    })
  })

  it('R71 workers that came later on the side that was first are on that side: one side is always ready', () =>
    withWorkers({}, { SECRET_KEY: otherKey }, async (first, stranger, begin) => {
      expect(await first.visit('shop.example')).to.equal('fine')
      const next = await begin({})
      expect(await stranger.visit('shop.example')).to.equal('SESSION_FLEET_DIFFERS')
      await next.visit('shop.example')
      await first.kill()
      expect(await next.visit('shop.example')).to.equal('fine')
    }))

  it('R71 a restart with another key: nothing, as the process before it has gone', () =>
    withWorkers({}, {}, async (one, other, begin) => {
      for (const worker of [one, other]) await worker.visit('shop.example')
      for (const worker of [one, other]) await worker.kill()
      const next = await begin({ SECRET_KEY: otherKey })
      expect(await next.visit('shop.example')).to.equal('fine')
      expect(next.output).not.to.include('Another process')
    }))
})
