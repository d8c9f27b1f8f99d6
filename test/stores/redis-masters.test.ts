import { expect } from 'chai'
import { redisStore } from '../../lib/stores/redis.js'
import { startCluster } from '../servers/cluster.js'
import { eventually } from '../servers/process.js'
import { startSentinel } from '../servers/sentinel.js'
import { failureOf } from './failure-of.js'

const entry = () => ({ data: 'data', expires: Date.now() + 60_000 })

describe('redisStore, when masters change', () => {
  it('goes on with the new master that Sentinel names', async function () {
    this.timeout(90_000)
    const group = await startSentinel()
    const store = redisStore({ redis: group.options })
    try {
      await store.write('one', entry())
      await group.master.stop()
      await failureOf(eventually('never', () => store.check().then(() => undefined), 300))
      await eventually(
        'the store writes to the new master',
        async () => 'written' in (await store.write('two', entry())),
        60_000,
      )
      const replica = group.replica.client()
      expect(await replica.exists('session:two')).to.equal(1)
      replica.disconnect()
    } finally {
      await store.close()
      await group.stop()
    }
  })

  it('checks a Cluster by one PING, and fails the check when no node answers', async function () {
    this.timeout(60_000)
    const cluster = await startCluster()
    const client = cluster.client({ clusterRetryStrategy: () => null, redisOptions: { maxRetriesPerRequest: 0 } })
    const store = redisStore({ redis: client })
    try {
      await store.check()
      await cluster.stop()
      await failureOf(store.check())
    } finally {
      client.disconnect()
      await cluster.stop()
    }
  })
})
