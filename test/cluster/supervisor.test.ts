import { expect } from 'chai'
import { Supervised } from './supervised.js'

describe('The supervisor starts', () => {
  it('its workers 50 ms apart, and says when all are ready', () => {
    const supervised = new Supervised(3)
    expect(supervised.pass(0).take()).to.deep.equal(['fork 1 in 1'])
    expect(supervised.pass(49).take()).to.deep.equal([])
    expect(supervised.pass(51).take()).to.deep.equal(['fork 2 in 2', 'fork 3 in 3'])
    supervised.ready(2).ready(1)
    expect(supervised.last('all-ready')).to.equal(undefined)
    supervised.ready(3)
    expect(supervised.last('all-ready')).to.include({ count: 3 })
  })

  it('gives up with 3 when none could boot in as many tries as there are workers', () => {
    const supervised = new Supervised(4).pass(200)
    for (const id of [1, 2, 3]) supervised.crash(id)
    expect(supervised.last('gave-up')).to.equal(undefined)
    supervised.crash(4)
    expect(supervised.last('gave-up')).to.include({ reason: 'no-boot', count: 4 })
    expect(supervised.take().at(-1)).to.equal('exit 3')
  })

  it('tries a single worker three times, with growing pauses', () => {
    const supervised = new Supervised(1).pass(0)
    supervised.crash(1)
    expect(supervised.last('worker-crashed')).to.include({ again: 100 })
    supervised.pass(100).crash(2)
    expect(supervised.last('worker-crashed')).to.include({ again: 200 })
    supervised.pass(200).crash(3)
    expect(supervised.take()).to.deep.equal(['fork 1 in 1', 'fork 2 in 1', 'fork 3 in 1', 'exit 3'])
  })

  it('ends workers that still boot before it gives up', () => {
    const supervised = new Supervised(2).pass(50).crash(1).pass(100).crash(3).pass(200)
    supervised.crash(4)
    expect(supervised.take().slice(-1)).to.deep.equal(['SIGKILL 2'])
    expect(supervised.crash(2).take()).to.deep.equal(['exit 3'])
  })

  it('gives up at once when the port is taken, but not when workers serve', () => {
    const supervised = new Supervised(2).pass(50)
    supervised.take()
    supervised.supervisor.blocked()
    expect(supervised.take()).to.deep.equal(['SIGKILL 1', 'SIGKILL 2'])
    expect(supervised.crash(1).crash(2).take()).to.deep.equal(['exit 3'])
    const running = Supervised.running(2)
    running.supervisor.blocked()
    expect(running.take()).to.deep.equal([])
  })

  it('ends a worker that is not ready in time', () => {
    const supervised = new Supervised(1, { bootTimeout: 5_000 }).pass(4_999)
    expect(supervised.take()).to.deep.equal(['fork 1 in 1'])
    expect(supervised.pass(1).take()).to.deep.equal(['SIGKILL 1'])
    supervised.crash(1, { code: null, signal: 'SIGKILL' })
    expect(supervised.last('worker-crashed')).to.include({ cause: 'late' })
  })
})

describe('A worker that crashes', () => {
  it('is followed by another in its place, after a pause that doubles up to 15 s', () => {
    const supervised = Supervised.running(2, { maxRestarts: 0 })
    const pauses: (number | undefined)[] = []
    for (let id = 1, next = 3; pauses.length < 9; id = next, next += 1) {
      supervised.beat(2).crash(id)
      const { again = 0 } = supervised.last('worker-crashed') ?? {}
      pauses.push(again)
      expect(supervised.pass(again).take()).to.deep.equal([`fork ${next} in 1`])
    }
    expect(pauses).to.deep.equal([100, 200, 400, 800, 1600, 3200, 6400, 12_800, 15_000])
  })

  it('starts afresh after 30 s of uptime', () => {
    const supervised = Supervised.running(1)
    supervised.crash(1).pass(100).ready(2).crash(2)
    expect(supervised.last('worker-crashed')).to.include({ again: 200 })
    supervised.pass(200).ready(3).pass(30_000).crash(3)
    expect(supervised.last('worker-crashed')).to.include({ again: 100 })
  })

  it('is told from one that ended by itself, and one that was killed from outside', () => {
    const supervised = Supervised.running(3).ended(1)
    expect(supervised.last('worker-crashed')).to.include({ cause: 'by-itself' })
    supervised.crash(2, { code: null, signal: 'SIGKILL' })
    expect(supervised.last('worker-crashed')).to.include({ cause: 'killed' })
    supervised.crash(3)
    expect(supervised.last('worker-crashed')).to.include({ cause: 'own' })
  })

  it('ten times in a minute, with nobody left: exit 3', () => {
    const supervised = Supervised.running(1)
    let id = 1
    for (; supervised.last('gave-up') === undefined && id < 100; id += 1)
      supervised.crash(id).pass(supervised.last('worker-crashed')?.again ?? 0)
    expect(supervised.last('gave-up')).to.include({ reason: 'crash-loop', count: 10 })
    expect([id - 1, supervised.take().at(-1)]).to.deep.equal([10, 'exit 3'])
  })

  it('does not end the server while another serves, nor with maxRestarts 0', () => {
    for (const supervised of [Supervised.running(2), Supervised.running(1, { maxRestarts: 0 })]) {
      supervised.crash(1)
      for (let id = 3; id < 40; id += 1) supervised.beat(2).pass(1_000).crash(id)
      expect(supervised.last('gave-up')).to.equal(undefined)
    }
  })
})

describe('A worker that hangs', () => {
  it('gets SIGTERM after the time-out, SIGKILL a second later, and a successor', () => {
    const supervised = Supervised.running(1)
    supervised.pass(30_000).beat(1).pass(59_999)
    expect(supervised.take()).to.deep.equal([])
    expect(supervised.pass(1).take()).to.deep.equal(['SIGTERM 1'])
    expect(supervised.pass(1_000).take()).to.deep.equal(['SIGKILL 1'])
    supervised.crash(1, { code: null, signal: 'SIGKILL' })
    expect(supervised.last('worker-crashed')).to.include({ cause: 'hung' })
    expect(supervised.pass(100).take()).to.deep.equal(['fork 2 in 1'])
  })

  it('is not looked for with a time-out of 0, nor by a primary that was stopped itself', () => {
    expect(Supervised.running(1, { workerTimeout: 0 }).pass(1e9).take()).to.deep.equal([])
    const supervised = Supervised.running(1)
    supervised.now += 3_600_000
    supervised.supervisor.slept(3_600_000)
    expect(supervised.pass(59_000).take()).to.deep.equal([])
  })
})

describe('Stopping', () => {
  it('lets all workers finish, and ends with 0', () => {
    const supervised = Supervised.running(2).stop('SIGTERM')
    expect(supervised.take()).to.deep.equal(['drain 1 for stop in 30000', 'drain 2 for stop in 30000'])
    expect(supervised.ended(1).take()).to.deep.equal([])
    expect(supervised.ended(2).take()).to.deep.equal(['exit 0'])
  })

  it('kills two seconds after the grace, and ends with 1', () => {
    const supervised = Supervised.running(1, { drainDelay: 5_000 }).stop('SIGTERM')
    expect(supervised.pass(36_999).take()).to.deep.equal(['drain 1 for stop in 30000'])
    expect(supervised.pass(1).take()).to.deep.equal(['SIGKILL 1'])
    expect(supervised.crash(1, { code: null, signal: 'SIGKILL' }).take()).to.deep.equal(['exit 1'])
  })

  it('ends with 1 when a worker cut requests off', () => {
    const supervised = Supervised.running(1).stop('SIGTERM').pass(30_000)
    supervised.supervisor.cutOff(1)
    expect(supervised.crash(1).take()).to.include('exit 1')
  })

  for (const [second, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGQUIT', 131],
  ] as const)
    it(`takes ${second} as a second signal for "at once": ${code}, SIGKILL after 2 s`, () => {
      const supervised = Supervised.running(1).stop('SIGINT').pass(500)
      supervised.take()
      expect(supervised.stop(second).pass(1_999).take()).to.deep.equal(['drain 1 for stop in 2000'])
      expect(supervised.pass(1).take()).to.deep.equal(['SIGKILL 1'])
      expect(supervised.crash(1).take()).to.deep.equal([`exit ${code}`])
    })

  it('starts nobody any more, not even what was due', () => {
    const supervised = Supervised.running(2).crash(1).stop('SIGTERM')
    expect(supervised.pass(1_000).take()).to.deep.equal(['drain 2 for stop in 30000'])
  })

  it('ends at once where no worker is there', () =>
    expect(Supervised.running(1).crash(1).stop('SIGTERM').take()).to.deep.equal(['exit 0']))
})

describe('A reload', () => {
  it('replaces one worker after the other: the new one is ready before the old one goes', () => {
    const supervised = Supervised.running(2).reload(2)
    expect(supervised.take()).to.deep.equal(['prepare', 'fork 3 in 1'])
    expect(supervised.ready(3).take()).to.deep.equal(['drain 1 for reload in 30000'])
    expect(supervised.ended(1).take()).to.deep.equal(['fork 4 in 2'])
    expect(supervised.ready(4).take()).to.deep.equal(['drain 2 for reload in 30000'])
    expect(supervised.last('reload-done')).to.equal(undefined)
    expect(supervised.ended(2).take()).to.deep.equal([])
    expect(supervised.last('reload-done')).to.include({ count: 2 })
  })

  it('is given up when the new one does not start, and the old ones stay', () => {
    const supervised = Supervised.running(2).reload(2).ready(3).ended(1)
    supervised.take()
    expect(supervised.crash(4).pass(1_000).take()).to.deep.equal([])
    expect(supervised.last('reload-aborted')).to.include({ at: 2, count: 2, problem: 'it ended with exit code 1' })
    expect(supervised.events()).not.to.include('worker-crashed')
    expect(supervised.stop('SIGTERM').take()).to.deep.equal(['drain 2 for stop in 30000', 'drain 3 for stop in 30000'])
  })

  it('is given up when the new one is not ready in time', () => {
    const supervised = Supervised.running(1, { workerTimeout: 0 }).reload(1).pass(60_000)
    expect(supervised.take()).to.deep.equal(['prepare', 'fork 2 in 1', 'SIGKILL 2'])
    supervised.crash(2, { code: null, signal: 'SIGKILL' })
    expect(supervised.last('reload-aborted')).to.include({ problem: 'it was not ready in time' })
  })

  it('is given up when the settings are bad', () => {
    const supervised = Supervised.running(1).reload()
    supervised.supervisor.prepared({ problem: 'no such file' }, supervised.now)
    expect(supervised.last('reload-aborted')).to.include({ at: 0, problem: 'no such file' })
    expect(supervised.take()).to.deep.equal(['prepare'])
    expect(supervised.reload().take()).to.deep.equal(['prepare'])
  })

  it('during a reload is done once afterwards', () => {
    const supervised = Supervised.running(1).reload(1).reload().reload()
    expect(supervised.ready(2).ended(1).take()).to.deep.equal([
      'prepare',
      'fork 2 in 1',
      'drain 1 for reload in 30000',
      'prepare',
    ])
    supervised.supervisor.prepared({ size: 1 }, supervised.now)
    expect(supervised.ready(3).ended(2).take()).to.deep.equal(['fork 3 in 1', 'drain 2 for reload in 30000'])
  })

  it('applies a new number of workers at its end', () => {
    const more = Supervised.running(1).reload(3).ready(2).ended(1).pass(50)
    expect(more.take().slice(-2)).to.deep.equal(['fork 3 in 2', 'fork 4 in 3'])
    const fewer = Supervised.running(2).reload(1).ready(3).ended(1).ready(4).ended(2)
    expect(fewer.take().at(-1)).to.equal('drain 4 for resize in 30000')
  })

  it('goes on when an old one crashes meanwhile, and starts no third', () => {
    const supervised = Supervised.running(1).reload(1).crash(1).pass(1_000)
    expect(supervised.take()).to.deep.equal(['prepare', 'fork 2 in 1'])
    supervised.ready(2)
    expect(supervised.last('reload-done')).to.include({ count: 1 })
  })

  it('replaces a new one that crashes while the old one still drains', () => {
    const supervised = Supervised.running(2).reload(2).ready(3).crash(3)
    supervised.take()
    expect(supervised.pass(100).take()).to.deep.equal(['fork 4 in 1'])
    expect(supervised.ended(1).take()).to.deep.equal(['fork 5 in 2'])
  })

  it('fills a place whose worker waited for its next start', () => {
    const supervised = Supervised.running(1).crash(1).reload(1)
    expect(supervised.pass(1_000).take()).to.deep.equal(['prepare', 'fork 2 in 1'])
    expect(supervised.ready(2).take()).to.deep.equal([])
    expect(supervised.last('reload-done')).to.include({ count: 1 })
  })

  it('cut short by a stop ends all, the new one too', () => {
    const supervised = Supervised.running(1).reload(1).stop('SIGTERM')
    expect(supervised.take().slice(2)).to.deep.equal(['drain 1 for stop in 30000', 'drain 2 for stop in 30000'])
    expect(supervised.ended(1).ended(2).take()).to.deep.equal(['exit 0'])
  })
})

describe('A worker that takes too much memory', () => {
  const memory = 100

  it('is replaced without a gap, one at a time', () => {
    const supervised = Supervised.running(2, { memory }).beat(1, 101).beat(1, 102).beat(2, 103)
    expect(supervised.take()).to.deep.equal(['fork 3 in 1'])
    expect(supervised.ready(3).ended(1).take()).to.deep.equal(['drain 1 for memory in 30000', 'fork 4 in 2'])
  })

  it('stays where its successor does not start, and is left alone for a minute', () => {
    const supervised = Supervised.running(1, { memory }).beat(1, 101).crash(2)
    expect(supervised.last('recycle-failed')).to.include({ slot: 1 })
    supervised.take()
    expect(supervised.pass(59_999).beat(1, 101).take()).to.deep.equal([])
    expect(supervised.pass(1).beat(1, 101).take()).to.deep.equal(['fork 3 in 1'])
  })
})

describe('The number of workers', () => {
  it('can be changed while running, and is never below one', () => {
    const supervised = Supervised.running(1)
    supervised.supervisor.resize(1, supervised.now)
    expect(supervised.pass(0).take()).to.deep.equal(['fork 2 in 2'])
    supervised.ready(2).supervisor.resize(-1, supervised.now)
    supervised.supervisor.resize(-1, supervised.now)
    expect(supervised.take()).to.deep.equal(['drain 2 for resize in 30000'])
    expect(supervised.last('resized')).to.include({ count: 1 })
  })

  it('stays when somebody else ends a worker in order: another starts', () => {
    const supervised = Supervised.running(1)
    supervised.supervisor.leaving(1, supervised.now)
    expect(supervised.pass(100).take()).to.deep.equal(['fork 2 in 1'])
    supervised.ended(1)
    expect(supervised.events()).not.to.include('worker-crashed')
  })

  it('is none any more when the signal was meant for the whole server', () => {
    const supervised = Supervised.running(1)
    supervised.supervisor.leaving(1, supervised.now)
    supervised.pass(50).stop('SIGTERM').ended(1)
    expect(supervised.take()).to.deep.equal(['drain 1 for stop in 30000', 'exit 0'])
  })
})
