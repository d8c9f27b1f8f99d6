import { tortureOurs } from './ours.js'
import { oursOnFiles, oursOnRedis } from './peers/ours.js'
import { chooseSeed } from './random.js'
import { type Surroundings, surroundings } from './surroundings.js'

const load = { users: 16, bursts: 5, trials: 6 }

describe('Torture: four processes on one port', () => {
  let around: Surroundings
  const seed = chooseSeed()
  before(async () => {
    around = await surroundings()
  })
  after(() => around.stop())

  for (const peer of [oursOnRedis, oursOnFiles])
    for (const rolling of [false, true])
      it(`${peer.name}${rolling ? ', rolling' : ''}: nothing lost, nothing resurrected (seed ${seed})`, async function () {
        this.timeout(300_000)
        const setting = { ...(await around.fresh()), peer: peer.name, rolling }
        const findings = await tortureOurs(peer, setting, load, seed)
        if (findings.all.length > 0) throw new Error(findings.describe(seed))
      })
})
