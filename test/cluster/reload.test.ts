import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { cli } from '../cli/run.js'
import { eventually, freshDirectory } from '../servers/process.js'
import { type RedisServer, startRedis } from '../servers/redis.js'
import { type Load, startLoad } from './load.js'
import { type ServeOptions, type Serving, startServe } from './serving.js'

const clients = 20

describe('A rolling reload', function () {
  this.timeout(60_000)
  let redis: RedisServer
  let serving: Serving | undefined
  let load: Load | undefined
  before(async () => {
    redis = await startRedis()
  })
  after(() => redis.stop())
  afterEach(async () => {
    const stopped = load?.stop().catch(() => undefined)
    serving?.kill()
    await stopped
  })

  const underLoad = ({ port }: Serving, keepAlive = true) => {
    load = startLoad(port, clients, keepAlive)
    return load
  }

  async function running(workers: number, options: ServeOptions = {}): Promise<Serving> {
    serving = await startServe({ ...options, flags: ['-w', String(workers), ...(options.flags ?? [])] })
    return serving.says(/Listening on/)
  }

  for (const store of ['files', 'Redis'] as const)
    for (const keepAlive of [true, false])
      it(`twice, under load with keep-alive ${keepAlive ? 'on' : 'off'}, on ${store}: nothing fails, no login is lost`, async () => {
        const served = await running(2, { env: store === 'Redis' ? { REDIS_URL: redis.url } : {} })
        const load = underLoad(served, keepAlive)
        await served.signal('SIGHUP').says(/reloaded 2 workers/)
        await served.signal('SIGUSR2').says(/reloaded 2 workers/, 2)
        await eventually('the newest workers answer', async () =>
          served.workers.slice(-2).includes((await served.ask()).pid),
        )
        const { failed, lost, pids, requests } = await load.stop()
        expect({ failed, lost }).to.deep.equal({ failed: {}, lost: 0 })
        expect(requests).to.be.above(clients)
        expect(pids.size).to.be.above(3)
        expect(await served.stop()).to.equal(0)
      })

  it('serves the new version, and keeps a request on the old one until it is answered', async () => {
    const file = join(freshDirectory(), 'boot')
    writeFileSync(file, 'one')
    const served = await running(1, { env: { BOOT: file } })
    expect((await served.ask()).version).to.equal('one')
    const held = await served.hold()
    writeFileSync(file, 'two')
    await served.signal('SIGHUP').says(/its successor serves/)
    // The old one takes connections until it has heard that it drains.
    await eventually('the new version answers', async () => (await served.ask()).version === 'two')
    expect((await held.finish()).body).to.equal('held and finished')
    await served.says(/reloaded 1 worker/)
  })

  for (const boot of ['throw', 'exit'])
    it(`to a version that does not start (${boot}) leaves the old one serving, under load`, async () => {
      const file = join(freshDirectory(), 'boot')
      writeFileSync(file, 'good')
      const served = await running(2, { env: { BOOT: file } })
      const load = underLoad(served)
      writeFileSync(file, boot)
      await served.signal('SIGHUP').says(/reload aborted at 1\/2: it ended with exit code \d/)
      const { failed, lost, pids } = await load.stop()
      expect({ failed, lost }).to.deep.equal({ failed: {}, lost: 0 })
      expect([...pids]).to.have.members(served.workers.slice(0, 2))
      writeFileSync(file, 'better')
      await served.signal('SIGHUP').says(/reloaded 2 workers/)
      expect((await served.ask()).version).to.equal('better')
    })

  it('to a version that never listens is given up in time', async () => {
    const file = join(freshDirectory(), 'boot')
    const served = await running(1, { env: { BOOT: file }, flags: ['--boot-timeout', '3'] })
    writeFileSync(file, 'never')
    await served.signal('SIGHUP').says(/reload aborted at 1\/1: it was not ready in time/)
    expect((await served.ask()).version).to.equal('')
  })

  it('after secret --rotate, under load: no login is lost, and the new key signs in the end', async () => {
    const envFile = join(freshDirectory(), '.env')
    writeFileSync(envFile, cli(['secret', '--env']).out)
    const served = await running(2, { flags: [`--settings=${envFile}`] })
    const before = (await served.get('/login')).cookie
    const load = underLoad(served)
    expect(cli(['secret', '--rotate', envFile]).code).to.equal(0)
    await served.signal('SIGHUP').says(/reloaded 2 workers/, 2)
    const { failed, lost } = await load.stop()
    expect({ failed, lost }).to.deep.equal({ failed: {}, lost: 0 })
    const { body, cookie } = await served.get('/', before)
    expect(JSON.parse(body).user).to.equal('ada')
    expect(cookie)
      .to.match(/^session=/)
      .and.not.equal(before)
  })

  it('is done, and says so, where there may be no memory for one worker more', async () => {
    serving = await startServe({ flags: ['--workers=1', '--worker-memory-mb=1000000'] })
    await serving.says(/Listening on/)
    expect(serving.output).not.to.include('needs memory')
    await serving.signal('SIGHUP').says(/reloaded 1 worker/)
    expect(serving.output).to.match(/a reload needs memory for one worker more, and there may be none/)
  })

  it('reads env files anew, the number of workers and the secret key too', async () => {
    const envFile = join(freshDirectory(), 'env')
    const keys = ['kx3nQ8vWm2LrT7yBz5HcJ9dFg4PsA6uE1oRi0aVbXwY', 'Zp7LwQ2mXv9KtR4nYc8HbJ3dFs6GaU1eTo5Ri0VkBxM']
    const write = (lines: string[]) => writeFileSync(envFile, lines.join('\n'))
    write(['KOA_SESSION_WORKERS=1', `SECRET_KEY=${keys[0]}`])
    serving = await startServe({ flags: [`--settings=${envFile}`] })
    await serving.says(/Listening on .* with 1 worker$/m)
    const { cookie } = await serving.get('/login')
    write(['KOA_SESSION_WORKERS=2', `SECRET_KEY=${keys[1]}`, `SECRET_KEY_FALLBACKS=${keys[0]}`])
    await serving.signal('SIGHUP').says(/reloaded 2 workers/)
    await serving.everybody(2)
    expect((await serving.get('/env?name=SECRET_KEY')).body).to.equal(keys[1])
    expect((await serving.ask('/', cookie)).user).to.equal('ada')
    write(['KOA_SESSION_WORKERS=none'])
    await serving.signal('SIGHUP').says(/reload aborted at 0\/2: KOA_SESSION_WORKERS is "none"/)
    expect((await serving.ask('/', cookie)).user).to.equal('ada')
  })
})
