import { expect } from 'chai'
import { redisStore } from 'koa-shared-session'
import { startCluster } from '../servers/cluster.js'
import { eventually } from '../servers/process.js'
import { type Routes, withApp } from './served-app.js'

const routes: Routes = {
  '/login': (ctx) => {
    ctx.session.user = 'ada'
    return 'in'
  },
  '/user': (ctx) => ctx.session.user ?? 'nobody',
}

describe('A Redis Cluster that loses a node', () => {
  it('S27 its sessions get 503 and keep their cookies, the others are served, and all are back with the node', async function () {
    this.timeout(90_000)
    const cluster = await startCluster()
    const client = cluster.client()
    const store = redisStore({ redis: client })
    try {
      await withApp({ store, storeTimeout: 500 }, routes, async ({ browser, log }) => {
        const visitors = Array.from({ length: 12 }, () => browser())
        for (const visitor of visitors) await visitor.get('/login')
        cluster.servers[0]?.pause()
        const seen = new Set<number>()
        for (const visitor of visitors) {
          const { status, body, setCookies } = await visitor.get('/user')
          if (status === 200) expect(body).to.equal('ada')
          else expect(status).to.equal(503)
          expect(setCookies).to.deep.equal([])
          seen.add(status)
        }
        expect([...seen]).to.include(503)
        cluster.resume()
        for (const visitor of visitors)
          await eventually('it serves again', async () => (await visitor.get('/user')).body === 'ada', 60_000)
        expect(log.at('error')).to.have.length(1)
        expect(log.at('error').join()).to.include('failed, while the store answers others')
      })
    } finally {
      client.disconnect()
      await cluster.stop()
    }
  })
})
