import { Findings } from './findings.js'
import { Fleet } from './fleet.js'
import { afterResponse } from './jar.js'
import { inLanes } from './lanes.js'
import type { Peer, Setting } from './peer.js'
import { newJars, type Scenario, scenarios, trialsOf } from './scenarios.js'
import { Visitor } from './visitor.js'

/** How often a peer failed in one scenario. */
export interface Score {
  scenario: Scenario
  failures: number
  trials: number
}

/** Puts one peer through all scenarios, in four processes. */
export async function compare(peer: Peer, fresh: () => Promise<Setting>, trials: number): Promise<Score[]> {
  const scores: Score[] = []
  for (const rolling of [false, true]) {
    const fleet = await Fleet.start({ ...(await fresh()), peer: peer.name, rolling })
    try {
      await proveThatItWorks(peer, fleet)
      for (const scenario of scenarios.filter((each) => each.rolling === rolling))
        scores.push(await score(scenario, fleet, trialsOf(scenario, trials)))
    } finally {
      await fleet.stop()
    }
  }
  return scores
}

async function score(scenario: Scenario, fleet: Fleet, trials: number): Promise<Score> {
  const findings = new Findings()
  const visitors = Array.from({ length: trials }, (_, number) => new Visitor(`user-${number}`, fleet, findings))
  let failures = 0
  await inLanes(8, visitors, async (visitor) => {
    await visitor.login()
    if (await scenario.trial(visitor)) failures += 1
  })
  if (findings.counts().serverError > 0) throw new Error(`${findings.describe(0)}\n${fleet.errors}`)
  return { scenario, failures, trials }
}

// A failure in the table must come from requests that meet, so one after the other everything has to work.
async function proveThatItWorks(peer: Peer, fleet: Fleet): Promise<void> {
  const visitor = new Visitor('alone', fleet, new Findings())
  await visitor.login()
  await visitor.ask({ kind: 'set', name: 'first', value: 'alone/first' })
  const moved = await visitor.ask({ kind: 'regenerate', name: 'second', value: 'alone/second' })
  const { jar } = visitor
  const [next] = newJars(jar, [moved])
  const { report } = await visitor.ask({ kind: 'read' }, next)
  const fields = JSON.stringify([report?.user, report?.fields.first, report?.fields.second])
  const out = await visitor.ask({ kind: 'logout' }, next)
  const left = await visitor.ask({ kind: 'read' }, afterResponse(next ?? jar, out.setCookies))
  const stolen = await visitor.ask({ kind: 'read' }, next)
  if (fields === '["alone","alone/first","alone/second"]' && !left.report?.user && !stolen.report?.user) return
  throw new Error(`${peer.name} does not work even alone:\n${visitor.history.join('\n')}\n${fleet.errors}`)
}
