import { setTimeout as sleep } from 'node:timers/promises'
import { Findings } from './findings.js'
import { Fleet } from './fleet.js'
import { inLanes } from './lanes.js'
import { ownScenarios } from './own-scenarios.js'
import type { Peer, Setting } from './peer.js'
import { rollingLifetime } from './peers/ours.js'
import { Random } from './random.js'
import { type Scenario, trialsOf } from './scenarios.js'
import { Shelf } from './shelf.js'
import { Storm } from './storm.js'
import { Visitor } from './visitor.js'

/** How much is done to each store, once with rolling and once without. */
export interface Load {
  /** Users of the storm, and how many bursts of requests each of them makes. */
  users: number
  bursts: number
  /** Trials of each scenario. */
  trials: number
}

/** A trial that waits for its turn, with a visitor who has logged in. */
interface Prepared {
  scenario: Scenario
  visitor: Visitor
}

/** Puts ours through everything on one store, and answers what went wrong. */
export async function tortureOurs(peer: Peer, setting: Setting, load: Load, seed: number): Promise<Findings> {
  const findings = new Findings()
  const fleet = await Fleet.start(setting)
  const shelf = new Shelf(peer.store, setting)
  try {
    const prepared = await prepare(fleet, findings, setting, load)
    const [probe] = visitors('probe', 1, fleet, findings)
    await probe?.login()
    const due = sleep(setting.rolling ? rollingLifetime * 100 + 200 : 0)
    const stormy = visitors('storm', load.users, fleet, findings)
    await inLanes(24, stormy, (visitor) => {
      const random = new Random(seed, `${setting.peer} ${setting.rolling} ${visitor.user}`)
      return new Storm(visitor, random, shelf).run(load.bursts)
    })
    await due
    if (setting.rolling && probe) await proveThatDeadlinesMove(probe, shelf)
    await inLanes(8, prepared, async ({ scenario, visitor }) => void (await scenario.trial(visitor, shelf)))
    await shelf.inspect([...(probe ? [probe] : []), ...stormy, ...prepared.map(({ visitor }) => visitor)])
  } finally {
    await fleet.stop()
    await shelf.close()
  }
  return findings
}

function visitors(name: string, count: number, fleet: Fleet, findings: Findings): Visitor[] {
  return Array.from({ length: count }, (_, number) => new Visitor(`${name}-${number}`, fleet, findings))
}

async function prepare(fleet: Fleet, findings: Findings, { rolling }: Setting, load: Load): Promise<Prepared[]> {
  const fitting = ownScenarios.filter((scenario) => scenario.rolling === rolling)
  const prepared = fitting.flatMap((scenario, index) => {
    return visitors(`scenario${index}`, trialsOf(scenario, load.trials), fleet, findings).map((visitor) => ({
      scenario,
      visitor,
    }))
  })
  await inLanes(16, prepared, ({ visitor }) => visitor.login())
  return prepared
}

// Without this, the rolling trials might pass because no deadline was due.
async function proveThatDeadlinesMove(probe: Visitor, shelf: Shelf): Promise<void> {
  const before = await shelf.entry(probe.jar)
  await probe.ask({ kind: 'read' })
  const after = await shelf.entry(probe.jar)
  if (!before || !after || after.expires <= before.expires) throw new Error('rolling moved no deadline')
}
