import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { eventually, freePort, freshDirectory } from '../servers/process.js'
import { isAlive, nobodyLives, type ServeOptions, type Serving, startServe } from './serving.js'

let serving: Serving | undefined
async function start(options?: ServeOptions): Promise<Serving> {
  serving = await startServe(options)
  return serving
}
async function running(workers: number, options: ServeOptions = {}): Promise<Serving> {
  const flags = ['--workers', String(workers), ...(options.flags ?? [])]
  return (await start({ ...options, flags })).says(/Listening on/)
}
afterEach(() => serving?.kill())

describe('serve', () => {
  it('runs the app in workers with places of their own, and one login counts in all of them', async () => {
    const served = await running(3)
    const found = await served.everybody(3)
    expect(new Set(found.values())).to.deep.equal(new Set(['1', '2', '3']))
    const { cookie } = await served.get('/login')
    const seen = new Set<number>()
    await eventually('all workers answered', async () => {
      const { user, pid } = await served.ask('/', cookie)
      expect(user).to.equal('ada')
      return seen.add(pid).size === 3
    })
    expect(served.output).to.include(`Listening on http://127.0.0.1:${served.port} with 3 workers`)
    expect(served.count(/sessions in files under/)).to.equal(1)
    expect(served.count(/SECRET_KEY is not set/)).to.equal(1)
  })

  it('starts two workers outside production', async () => {
    await (await start()).says(/Listening on .* with 2 workers/)
  })

  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    it(`finishes what is under way on ${signal}, then ends with 0 and leaves nobody`, async () => {
      const served = await running(2)
      const held = await served.hold()
      await served.signal(signal).says(/stopping/)
      await served.refuses()
      const { status, body, connection } = await held.finish()
      expect({ status, body, connection }).to.deep.equal({
        status: 200,
        body: 'held and finished',
        connection: 'close',
      })
      expect(await served.ended()).to.equal(0)
      await nobodyLives(served.workers)
    })

  for (const [signal, sender] of [
    ['SIGINT', 'a terminal (Ctrl-C)'],
    ['SIGTERM', 'systemd'],
  ] as const)
    it(`finishes what is under way on ${signal} from ${sender}, which sends it to every process`, async () => {
      const served = await running(2)
      const held = await served.hold()
      await served.signalGroup(signal).says(/: stopping/)
      expect((await held.finish()).status).to.equal(200)
      expect(await served.ended()).to.equal(0)
      await nobodyLives(served.workers)
    })

  it('cuts off what takes longer than the grace, and ends with 1', async () => {
    const served = await running(1, { flags: ['--graceful-timeout', '0.5'] })
    const held = await served.hold()
    expect(await served.stop()).to.equal(1)
    expect(await held.failed()).to.match(/^ECONNRESET$/)
    expect(served.output).to.match(/still had requests/)
  })

  it('ends at once, with 130, when it is told twice', async () => {
    const served = await running(2)
    const held = await served.hold()
    await served.signal('SIGINT').says(/stopping/)
    await served.signal('SIGINT').says(/stopping at once/)
    expect(await served.ended()).to.equal(130)
    await held.failed()
    await nobodyLives(served.workers)
  })

  it('ends at once, with 131, on SIGQUIT', async () => {
    const served = await running(1)
    const held = await served.hold()
    await served.signal('SIGQUIT').says(/SIGQUIT: stopping at once/)
    expect(await served.ended()).to.equal(131)
    expect(await held.failed()).not.to.equal('answered')
    await nobodyLives(served.workers)
  })

  it('takes one Ctrl-C that npm passes on for one', async () => {
    const served = await running(1, { env: { npm_lifecycle_event: 'start' } })
    const held = await served.hold()
    await served
      .signal('SIGINT')
      .signal('SIGINT')
      .says(/stopping/)
    await held.finish()
    expect(await served.ended()).to.equal(0)
  })

  it('goes on for --drain-delay while the readiness route says 503, so that load balancers look away', async () => {
    const served = await running(1, { flags: ['--drain-delay', '1000'] })
    expect((await served.get('/ready')).status).to.equal(200)
    served.signal('SIGTERM')
    await eventually('not ready', async () => (await served.get('/ready')).status === 503)
    expect(JSON.parse((await served.get('/ready')).body)).to.deep.equal({ status: 'stopping', sessions: 'file' })
    expect((await served.get('/')).status).to.equal(200)
    expect(await served.stop('SIGINT')).to.equal(130)
  })

  it('lets the app know that it ends: its listener for SIGTERM runs when the requests are done', async () => {
    const served = await running(1, { env: { ON_TERM: 'farewell' } })
    const held = await served.hold()
    await served.signal('SIGTERM').says(/stopping/)
    expect(served.output).not.to.include('farewell')
    await held.finish()
    expect(await served.ended()).to.equal(0)
    expect(served.count(/farewell in/)).to.equal(1)
  })
})

describe('serve, when workers fail', () => {
  it('starts another in the place of one that crashed', async () => {
    const served = await running(2)
    const before = await served.everybody(2)
    await served.get('/crash')
    await served.says(/crashed \(exit code 1\); another starts/)
    await served.says(/is ready/, 3)
    const after = await served.everybody(2)
    expect(new Set(after.values())).to.deep.equal(new Set(['1', '2']))
    expect([...after.keys()]).not.to.have.members([...before.keys()])
    expect(served.output).to.include('the app crashes')
    expect(await served.stop()).to.equal(0)
  })

  it('takes an exit with 0 that nobody asked for as a crash', async () => {
    const served = await running(1)
    await served.get('/exit')
    await served.says(/ended by itself \(exit code 0\)/)
    await served.says(/is ready/, 2)
  })

  it('says that a killed worker was killed from outside', async () => {
    const served = await running(1)
    process.kill(served.workers[0] ?? 0, 'SIGKILL')
    await served.says(/killed from outside, perhaps because memory ran out/)
    await served.says(/is ready/, 2)
  })

  it('replaces a worker that hangs', async () => {
    const served = await running(1, { flags: ['--worker-timeout', '1'] })
    await served.get('/hang')
    await served.says(/event loop hangs/)
    await served.says(/ended because it hung/)
    await served.says(/is ready/, 2)
    expect((await served.get('/')).status).to.equal(200)
  })

  it('replaces a worker that grows too large, without a gap', async () => {
    const served = await running(1, { flags: ['--max-memory-mb', '350', '--worker-timeout', '8'] })
    await served.get('/grow')
    await served.says(/takes \d+ MB, so another takes its place/)
    await served.says(/has ended/)
    expect((await served.get('/')).status).to.equal(200)
    expect(served.output).not.to.include('crashed')
  })

  it('lets a worker that somebody else ends finish, and starts another', async () => {
    const served = await running(1)
    const held = await served.hold()
    process.kill(served.workers[0] ?? 0, 'SIGTERM')
    await served.says(/told to end by somebody else/)
    await served.says(/is ready/, 2)
    expect((await held.finish()).status).to.equal(200)
    await served.says(/has ended/)
    expect(await served.stop()).to.equal(0)
  })

  it('leaves no orphan when it is killed itself, and the request under way is answered', async () => {
    const served = await running(2)
    const held = await served.hold()
    served.signal('SIGKILL')
    expect(await served.ended()).to.equal('SIGKILL')
    const holder = served.workers.filter(isAlive)
    expect((await held.finish()).body).to.equal('held and finished')
    await nobodyLives(holder)
    await nobodyLives(served.workers)
  })

  it('goes on when nobody reads its log any more', async () => {
    const served = await running(1)
    served.closeOutput()
    await served.get('/crash')
    const [before] = served.workers
    // A connection that is handed to a worker while it crashes is never answered (node:cluster), so none is waited for.
    const ask = () => fetch(`http://127.0.0.1:${served.port}/`, { signal: AbortSignal.timeout(1_000) })
    await eventually('another answers', async () => ((await (await ask()).json()) as { pid: number }).pid !== before)
    expect(await served.stop()).to.equal(0)
  })

  it('can do with one worker more and one less while it runs', async () => {
    const served = await running(1)
    await served.signal('SIGTTIN').says(/is ready/, 2)
    expect(new Set((await served.everybody(2)).values())).to.deep.equal(new Set(['1', '2']))
    await served.signal('SIGTTOU').says(/has ended/)
    expect(await served.stop()).to.equal(0)
  })
})

describe('serve, when the app does not start', () => {
  const bootFile = (text: string) => {
    const file = join(freshDirectory(), 'boot')
    writeFileSync(file, text)
    return file
  }

  it('ends with 3 after as many tries as there are workers, and shows the error once', async () => {
    const served = await start({ flags: ['-w', '4'], env: { BOOT: bootFile('throw') } })
    expect(await served.ended()).to.equal(3)
    expect(served.count(/Error: this version does not boot/)).to.equal(1)
    expect(served.count(/crashed \(exit code 1\)/)).to.equal(4)
    expect(served.output).to.include('could not start, in 4 tries')
    await nobodyLives(served.workers)
  })

  it('ends with 3 when it does not listen in time', async () => {
    const served = await start({ flags: ['-w', '1', '--boot-timeout', '0.7'], env: { BOOT: bootFile('never') } })
    expect(await served.ended()).to.equal(3)
    expect(
      served.count(/does not listen after \d+ ms, .*the file that serve was given must start the server/),
    ).to.equal(3)
    await nobodyLives(served.workers)
  })

  it('ends with 3 and says which port is taken, once', async () => {
    const first = await running(1)
    const second = await startServe({ flags: ['-w', '3'], env: { PORT: String(first.port) } })
    expect(await second.ended()).to.equal(3)
    expect(second.count(new RegExp(`port ${first.port} is taken`))).to.equal(1)
    await nobodyLives(second.workers)
    expect((await first.get('/')).status).to.equal(200)
  })

  it('waits for the word of the app with --wait-ready', async () => {
    const served = await start({ flags: ['-w', '1', '--wait-ready'], env: { BOOT: bootFile('ready later') } })
    await eventually('the app listens', async () => (await served.get('/')).status === 200)
    expect(served.output).not.to.include('is ready')
    process.kill(served.workers[0] ?? 0, 'SIGUSR1')
    await served.says(/is ready/)
    await served.says(/Listening on/)
  })

  it('gives up with 3 when all crash again and again', async () => {
    const served = await start({ flags: ['-w', '1', '--max-restarts', '3'] })
    for (let time = 1; time <= 3; time += 1) {
      await served.says(/is ready/, time)
      await served.get('/crash')
    }
    expect(await served.ended()).to.equal(3)
    expect(served.output).to.match(/3 crashes within a minute/)
  })

  it('starts with Redis away, and says so', async () => {
    const port = await freePort()
    const served = await running(1, { env: { REDIS_URL: `redis://:geheim@127.0.0.1:${port}` } })
    expect(served.output).to.match(/session store does not answer/)
    expect(served.output).not.to.include('geheim')
    expect((await served.get('/env?name=SESSION_STORE')).body).to.equal('redis')
  })
})
