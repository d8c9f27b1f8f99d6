import { mkdirSync, writeFileSync } from 'node:fs'
import { compare } from './compare.js'
import { tortureOurs } from './ours.js'
import { page, type Results } from './page.js'
import type { Peer } from './peer.js'
import { peers } from './peers/index.js'
import { oursOnFiles, oursOnRedis } from './peers/ours.js'
import { chooseSeed } from './random.js'
import { type Surroundings, surroundings } from './surroundings.js'

// npm run torture [-- --write]: ours under random load, then all peers through the same trials.
// The exit handlers of the servers run only where the process exits by itself.
process.once('SIGINT', () => process.exit(130))

const load = { users: 120, bursts: 8, trials: 100 }
const say = (line: string) => process.stderr.write(`${line}\n`)

async function main(): Promise<void> {
  const seed = chooseSeed()
  say(`TORTURE_SEED=${seed}`)
  const around = await surroundings()
  try {
    const ours = await allOurs(around, seed)
    const results: Results = { seed, redisVersion: around.redisVersion, ours, scores: await allPeers(around) }
    const text = page(results)
    process.stdout.write(text)
    if (process.argv.includes('--write')) write(text)
  } finally {
    await around.stop()
  }
}

async function allOurs({ fresh }: Surroundings, seed: number): Promise<Results['ours']> {
  const results: Results['ours'][number][] = []
  for (const peer of [oursOnRedis, oursOnFiles])
    for (const rolling of [false, true]) {
      say(`${peer.name}${rolling ? ', rolling' : ''}: random load`)
      const findings = await tortureOurs(peer, { ...(await fresh()), peer: peer.name, rolling }, load, seed)
      if (findings.all.length > 0) {
        say(findings.describe(seed))
        process.exitCode = 1
      }
      results.push({ peer, rolling, operations: findings.operations, counts: findings.counts() })
    }
  return results
}

async function allPeers({ fresh }: Surroundings): Promise<Results['scores']> {
  const results: { peer: Peer; scores: Awaited<ReturnType<typeof compare>> }[] = []
  for (const peer of peers) {
    say(`${peer.name}: forced trials`)
    results.push({ peer, scores: await compare(peer, fresh, load.trials) })
  }
  return results
}

function write(text: string): void {
  mkdirSync('docs', { recursive: true })
  writeFileSync('docs/torture.md', text)
}

await main()
