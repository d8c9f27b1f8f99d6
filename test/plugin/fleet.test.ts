import { expect } from 'chai'
import { fileStore, type SharedSessionOptions, type Store } from 'koa-shared-session'
import { decodeFleet, encodeFleet, type Member, type Origin } from '../../lib/core/fleet.js'
import { freshDirectory } from '../servers/process.js'
import { FakeClock, otherKey, type Routes, type Served, strongKey, withApp } from './served-app.js'
import { watchedStore } from './watched-store.js'

const routes: Routes = {
  '/login': (ctx) => {
    ctx.session.user = 'ada'
    return 'in'
  },
  '/user': (ctx) => ctx.session.user ?? 'nobody',
}
const thirdKey = 'u7Wq2ZkVn9sT4yRb8xE1jLf6cG0aHd3mPi5oKtNvXzQ'
const shop = { 'x-forwarded-host': 'shop.example' }

/** Runs with an app behind a proxy that tells the host visitors asked for. */
const behindProxy = (options: SharedSessionOptions, work: (served: Served) => Promise<void>) =>
  withApp(options, routes, work, (app) => {
    app.proxy = true
  })

/** Somebody logs in at an app, by the name of a host. */
const visit = ({ browser }: Served, headers: Record<string, string> = shop) => browser().get('/login', headers)

const checked = ({ sessions }: Served): Promise<string> =>
  sessions.check().then(
    () => 'fine',
    (error) => error.code,
  )

/** The lines about other processes, shortened. */
const lines = ({ log }: Served): string[] =>
  [...log.at('error'), ...log.at('warn')].map((line) => line.replace(/^koa-shared-session: /, '').slice(0, 60))

type Work = (one: Served, other: Served, directory: string) => Promise<void>

/** Runs with two apps that have their sessions in one place; the second begins 5 seconds later. */
async function withTwo(first: SharedSessionOptions, second: SharedSessionOptions, work: Work): Promise<void> {
  const directory = `${freshDirectory()}/sessions`
  const store = () => fileStore({ directory })
  await withClock((clock) =>
    behindProxy({ store: store(), ...first }, async (one) => {
      clock.passSeconds(5)
      await behindProxy({ store: store(), ...second }, (other) => work(one, other, directory))
    }),
  )
}

async function withClock(work: (clock: FakeClock) => Promise<void>): Promise<void> {
  const clock = new FakeClock()
  clock.start()
  try {
    await work(clock)
  } finally {
    clock.stop()
  }
}

/** What both say when each has been visited under one name, and been asked twice. */
async function saidByBoth(first: SharedSessionOptions, second: SharedSessionOptions): Promise<string[][]> {
  const said: string[][] = []
  await withTwo(first, second, async (one, other) => {
    for (const served of [one, other]) await visit(served)
    for (const served of [one, other, one, other]) await checked(served)
    for (const served of [one, other]) said.push([await checked(served), ...lines(served)])
    for (const key of [strongKey, otherKey, thirdKey])
      expect([one, other].flatMap((served) => served.log.lines.map(({ line }) => line)).join()).not.to.include(key)
  })
  return said
}

const otherKeys = 'Another process that serves the same app has other secret ke'
const rotation = 'Another process signs with a secret key that this one does n'

describe('Processes that do not fit together (R71, S20)', () => {
  // Where processes of a machine meet: other runs of these tests must not.
  const temporary = process.env.TMPDIR
  beforeEach(() => {
    process.env.TMPDIR = freshDirectory()
  })
  afterEach(() => {
    if (temporary === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = temporary
  })

  it('a process in the default directory, where processes of the machine meet too, has nothing to say', () =>
    withClock((clock) =>
      behindProxy({ keys: strongKey, store: 'file' }, async (served) => {
        for (let n = 0; n < 3; n += 1) {
          await visit(served)
          expect([await checked(served), ...lines(served)]).to.deep.equal(['fine'])
          clock.passSeconds(16)
        }
      }),
    ))

  it('R71 S20 other keys: both say so once, and check() rejects on the side that came later', async () => {
    expect(await saidByBoth({ keys: strongKey }, { keys: otherKey })).to.deep.equal([
      ['fine', otherKeys],
      ['SESSION_FLEET_DIFFERS', otherKeys],
    ])
  })

  it('R71 the same keys: nothing', async () => {
    const both = { keys: [strongKey, otherKey] }
    expect(await saidByBoth(both, both)).to.deep.equal([['fine'], ['fine']])
  })

  it('R71 a rotation under way: a warning, and check() resolves', async () => {
    expect(await saidByBoth({ keys: [otherKey] }, { keys: [strongKey, otherKey] })).to.deep.equal([
      ['fine', rotation],
      ['fine', rotation],
    ])
  })

  it('R71 a rotation prepared with a fallback everywhere: nothing', async () => {
    expect(await saidByBoth({ keys: [otherKey, strongKey] }, { keys: [strongKey, otherKey] })).to.deep.equal([
      ['fine'],
      ['fine'],
    ])
  })

  for (const [what, cookie] of Object.entries({
    name: { name: 'one' },
    path: { path: '/one' },
    domain: { domain: 'shop.example' },
  }))
    it(`R71 another ${what} of the cookie is another session: nothing`, async () => {
      expect(await saidByBoth({ keys: strongKey, cookie }, { keys: otherKey })).to.deep.equal([['fine'], ['fine']])
    })

  it('R71 two apps of one name with one store, and visitors of their own: nothing', () =>
    withTwo({ keys: strongKey }, { keys: otherKey }, async (one, other) => {
      for (const served of [one, other]) {
        await visit(served, {})
        await visit(served, { 'x-forwarded-host': served === one ? 'one.example' : 'other.example' })
      }
      for (const served of [one, other]) expect([await checked(served), ...lines(served)]).to.deep.equal(['fine'])
    }))

  it('R71 of three that differ only the eldest resolves, so that one side goes on serving', () =>
    withTwo({ keys: strongKey }, { keys: otherKey }, (one, other, directory) =>
      behindProxy({ store: fileStore({ directory }), keys: thirdKey }, async (last) => {
        for (const served of [last, other, one]) await visit(served)
        for (const served of [one, other, last]) await checked(served)
        const all = await Promise.all([one, other, last].map(checked))
        expect(all.filter((each) => each === 'fine')).to.have.length(1)
        expect(all[0]).to.equal('fine')
      }),
    ))

  it('R71 a newcomer with another key is held back until the others have gone, and never they', () =>
    withTwo({ keys: strongKey }, { keys: otherKey }, async (one, other) => {
      for (const served of [one, other]) await visit(served)
      expect([await checked(one), await checked(other)]).to.deep.equal(['fine', 'SESSION_FLEET_DIFFERS'])
      const health = await fetch(`${other.origin}/user`)
      expect(health.status, 'visitors are served').to.equal(200)
      await one.sessions.close()
      expect(await checked(other)).to.equal('fine')
    }))

  describe('a cookie that the other side gave, under any name of the host', () => {
    it('R71 is evidence while its session lives', () =>
      withTwo({ keys: strongKey }, { keys: otherKey }, async (one, other) => {
        const ada = one.browser()
        await ada.get('/login')
        // Looking goes on behind the request's back: this waits until one is entered.
        await checked(one)
        const wanderer = other.browser()
        wanderer.cookies.set('session', ada.cookies.get('session') ?? '')
        await wanderer.get('/user')
        expect([await checked(other), ...lines(other)]).to.deep.equal(['SESSION_FLEET_DIFFERS', otherKeys])
        expect(await checked(one)).to.equal('fine')
      }))

    it('R71 is none when it is made up, or was stored before this process began', () =>
      withClock(async (clock) => {
        const directory = `${freshDirectory()}/sessions`
        const store = () => fileStore({ directory })
        await behindProxy({ store: store() }, async (one) => {
          const ada = one.browser()
          await ada.get('/login')
          clock.passSeconds(5)
          await behindProxy({ store: store(), keys: otherKey }, async (other) => {
            const cookie = ada.cookies.get('session') ?? ''
            for (const value of [cookie, `${'A'.repeat(43)}.${'B'.repeat(43)}`, 'nonsense']) {
              const wanderer = other.browser()
              wanderer.cookies.set('session', value)
              await wanderer.get('/user')
              expect([await checked(other), ...lines(other)]).to.deep.equal(['fine'])
            }
          })
        })
      }))
  })

  describe('on another machine, or gone', () => {
    /** Makes every member of the fleet in a store one of another process, heard of just now. */
    async function handOver(store: Store, key: string, to: Partial<Origin>): Promise<void> {
      const entry = await store.read(key)
      if (!entry) throw new Error('nobody has met')
      const members = [...decodeFleet(entry.data)].map(([name, member]): [string, Member] => {
        return [name, { ...member, seen: Date.now(), by: { ...member.by, ...to, run: 'another' } }]
      })
      await store.write(key, { ...entry, data: encodeFleet(new Map(members)) }, entry.version)
    }

    type Meeting = (newcomer: Served, renew: () => Promise<void>, clock: FakeClock) => Promise<void>
    const elsewhere = { machine: 'another', pid: 1 }

    /** One that came from elsewhere, and a newcomer. */
    const withStranger = (work: Meeting, stranger: Partial<Origin> = elsewhere) =>
      withClock(async (clock) => {
        const directory = `${freshDirectory()}/sessions`
        const store = watchedStore(fileStore({ directory }))
        await behindProxy({ store }, async (served) => {
          await visit(served)
          await checked(served)
        })
        const key = store.calls.find((call) => call.key.startsWith('fleet:'))?.key ?? ''
        const renew = () => handOver(fileStore({ directory }), key, stranger)
        await renew()
        clock.passSeconds(5)
        await behindProxy({ store: fileStore({ directory }), keys: otherKey }, (newcomer) =>
          work(newcomer, renew, clock),
        )
      })

    it('R71 a process whose number another one has by now is no evidence', () =>
      withStranger(
        async (newcomer) => {
          await visit(newcomer)
          expect([await checked(newcomer), ...lines(newcomer)]).to.deep.equal(['fine'])
        },
        { pid: process.ppid, born: 'before' },
      ))

    it('R71 what it left there before a restart is no evidence', () =>
      withStranger(async (newcomer, _renew, clock) => {
        await visit(newcomer)
        for (const seconds of [0, 10, 20, 30]) {
          clock.passSeconds(seconds)
          expect([await checked(newcomer), ...lines(newcomer)]).to.deep.equal(['fine'])
        }
      }))

    it('R71 who enters himself again lives, until nothing was heard of him for 45 seconds', () =>
      withStranger(async (newcomer, renew, clock) => {
        await visit(newcomer)
        expect(await checked(newcomer)).to.equal('fine')
        clock.passSeconds(15)
        await renew()
        expect([await checked(newcomer), ...lines(newcomer)]).to.deep.equal(['SESSION_FLEET_DIFFERS', otherKeys])
        clock.passSeconds(45)
        expect(await checked(newcomer)).to.equal('fine')
      }))
  })
})
