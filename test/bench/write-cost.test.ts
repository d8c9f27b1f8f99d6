import { expect } from 'chai'
import { contend } from './contention.js'
import { RedisTap } from './redis-tap.js'
import { type RequestCosts, requestCosts, requests } from './request-cost.js'
import { koaRedis, ours } from './session-apps.js'

describe('What sessions cost in Redis, counted', () => {
  let tap: RedisTap
  before(async () => {
    tap = await RedisTap.open()
  })
  after(() => tap.close())

  describe('per request', () => {
    let costs: RequestCosts
    let peers: RequestCosts
    before(async () => {
      const apps = [await ours(tap.url), await koaRedis(tap.url)] as const
      costs = await requestCosts(tap, apps[0])
      peers = await requestCosts(tap, apps[1])
      await Promise.all(apps.map((app) => app.close()))
    })

    const expected = {
      anonymous: [],
      untouched: ['get'],
      read: ['get'],
      write: ['get', 'evalsha'],
      'first login': ['evalsha'],
      login: ['get', 'evalsha', 'evalsha'],
      logout: ['get', 'evalsha'],
    }
    for (const request of requests) {
      it(`${request}: ${expected[request].join(', ') || 'nothing'}`, () => {
        expect(costs[request].commands).to.deep.equal(expected[request])
      })
      it(`${request}: no more round trips than koa-session with koa-redis`, () => {
        expect(costs[request].commands.length).to.be.at.most(peers[request].commands.length)
      })
    }
  })

  describe('of many writers of one session, all at once', () => {
    for (const writers of [1, 2, 4, 8, 16, 32]) {
      // The first one writes at once, and all others together when that is done.
      const groups = Math.min(writers, 2)
      it(`${writers} in one process: as many reads, ${groups} ${groups === 1 ? 'write' : 'writes'}, and no conflict`, async () => {
        expect(await contend(tap, writers, 1)).to.include({ reads: writers, writes: groups, conflicts: 0 })
      })

      // Each write that is done can make one attempt of every other instance vain, and no more.
      const most = 4 * Math.min(writers, 8)
      it(`${writers} in four processes: ${most} writes in all at most`, async () => {
        const { writes, conflicts } = await contend(tap, writers, 4)
        const least = Math.min(writers, 4)
        expect(writes).to.be.within(least, most)
        // Each conflict reads what is there, and once more where one waited.
        expect(conflicts).to.be.at.most(2 * (writes - least))
      })
    }
  })
})
