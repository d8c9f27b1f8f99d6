import { expect } from 'chai'
import { redisStore } from 'koa-shared-session'
import { eventually } from '../servers/process.js'
import type { RedisServer } from '../servers/redis.js'
import { startSentinel } from '../servers/sentinel.js'
import { Gate, type Routes, withApp } from './served-app.js'

async function sessionsIn(client: ReturnType<RedisServer['client']>): Promise<number> {
  const keys = await client.keys('session:*')
  return keys.filter((key) => !key.includes(':fleet:')).length
}

describe('A Redis replica that Sentinel promotes', () => {
  it('R8 keeps sessions, and drops the write of a request that was under way before a logout', async function () {
    this.timeout(90_000)
    const group = await startSentinel()
    const [reached, go] = [new Gate(), new Gate()]
    const routes: Routes = {
      '/login': (ctx) => {
        ctx.session.user = 'ada'
        return 'in'
      },
      '/user': (ctx) => ctx.session.user ?? 'nobody',
      '/out': (ctx) => {
        ctx.session = null
        return 'out'
      },
      '/slow': async (ctx) => {
        ctx.session.views = 1
        reached.open()
        await go.opened
        return 'slow'
      },
    }
    const store = redisStore({ redis: group.options })
    const replica = group.replica.client()
    try {
      await withApp({ store, storeTimeout: 10_000 }, routes, async ({ browser, events }) => {
        const [ada, stays] = [browser(), browser()]
        await ada.get('/login')
        await stays.get('/login')
        const copy = ada.copy()
        const slow = copy.get('/slow')
        await reached.opened
        await ada.get('/out')
        await eventually('the replica knows of the logout', async () => (await sessionsIn(replica)) === 1)
        await group.master.stop()
        await eventually('the store is served by the new master', () => store.check().then(() => true), 60_000)
        expect(await replica.role()).to.include('master')
        go.open()
        expect((await slow).setCookies).to.deep.equal([])
        expect(events.map(({ event }) => event)).to.include('session:dropped')
        expect((await copy.get('/user')).body).to.equal('nobody')
        expect((await stays.get('/user')).body).to.equal('ada')
        expect(await sessionsIn(replica)).to.equal(1)
      })
    } finally {
      replica.disconnect()
      await store.close()
      await group.stop()
    }
  })
})
