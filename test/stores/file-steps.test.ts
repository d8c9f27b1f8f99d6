import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { placeOfKey } from '../../lib/stores/file/layout.js'
import { freshDirectory } from '../servers/process.js'
import { Client, isLinearizable, settled } from './file-history.js'
import { type SteppedStore, steppedStore } from './file-stepping.js'

type Deed = (client: Client, seen: string) => Promise<unknown>

const deeds: Record<string, Deed> = {
  create: (client) => client.create(),
  replace: (client, seen) => client.replace(seen),
  touch: (client, seen) => client.touch(seen),
  remove: (client) => client.remove(),
  read: (client) => client.read(),
}

const inBetween: Record<string, Deed> = {
  nothing: async () => {},
  'a replacement': (client, seen) => client.replace(seen),
  'two replacements': async (client, seen) => {
    const outcome = await client.replace(seen)
    if ('written' in outcome) await client.replace(outcome.written)
  },
  'a removal': (client) => client.remove(),
  'a removal and a creation': async (client) => {
    await client.remove()
    await client.create()
  },
  'a creation': (client) => client.create(),
  'a creation, a removal and a creation': async (client) => {
    await client.create()
    await client.remove()
    await client.create()
  },
  'a touch and a replacement': async (client, seen) => {
    await client.touch(seen)
    await client.replace(seen)
  },
  'a removal, a creation and a clean-up': async (client) => {
    await client.remove()
    await client.create()
    await client.prune()
  },
  'a replacement and a clean-up': async (client, seen) => {
    await client.replace(seen)
    await client.prune()
  },
}

/** After all of it: the session can be used by everybody, and ended for good. */
async function afterwards(client: Client, seen: string): Promise<void> {
  const found = await client.read()
  if (found) await client.replace(found.version)
  else await client.create()
  await client.touch(seen)
  const last = await client.read()
  await client.remove()
  await client.read()
  if (last) await client.replace(last.version)
  await client.read()
}

const root = freshDirectory()
let keys = 0

/** The next key in one of sixteen shards: every new store counts a directory's sessions, shard by shard. */
function nextKey(): string {
  do keys += 1
  while (!placeOfKey(root, String(keys)).name.startsWith('0'))
  return String(keys)
}

interface Case {
  /** The processes that are stopped, each at a call of its deed. */
  stopped: { deed: Deed; call: number }[]
  between: Deed
  existing: boolean
  /** Which of them go on, in this order; the others are killed. */
  resumed: number[]
  leftoverAge?: number
}

/** Answers which of the processes came to their call; the others had ended their deed before. */
async function play({ stopped, between, existing, resumed, leftoverAge }: Case): Promise<boolean[]> {
  const key = nextKey()
  const open = () => steppedStore(directoryFor(key, leftoverAge), { leftoverAge: leftoverAge ?? 60_000 })
  const free = new Client(open().store, key, 'free')
  const start = existing ? await begin(new Client(open().store, key, 'start')) : undefined
  const seen = start?.version ?? `${'A'.repeat(16)}.00000000`
  const runs = []
  for (const [position, { deed, call }] of stopped.entries()) {
    runs.push(await stop(open(), key, deed, seen, call, `stopped ${position}`))
  }
  await between(free, seen)
  for (const position of resumed) {
    runs[position]?.process.resume()
    await runs[position]?.done
  }
  free.history.push(settled)
  await afterwards(free, seen)
  const early = runs.flatMap(({ stands, client }) => (stands ? [] : client.history))
  const late = runs.flatMap(({ stands, client }) => (stands ? client.history : []))
  const story = { start, early, free: free.history, late }
  expect(isLinearizable(start, [...early, ...free.history], late), JSON.stringify(story, null, 1)).to.equal(true)
  if (leftoverAge === undefined) expect(runs.flatMap(({ failures }) => failures)).to.deep.equal([])
  return runs.map(({ stands }) => stands)
}

/** A clean-up works on a whole directory, so it gets one of its own. */
function directoryFor(key: string, leftoverAge: number | undefined): string {
  const path = join(root, leftoverAge === undefined ? 'shared' : key)
  mkdirSync(path, { recursive: true, mode: 0o700 })
  return path
}

async function begin(client: Client) {
  await client.create()
  return client.read()
}

async function stop(process: SteppedStore, key: string, deed: Deed, seen: string, call: number, label: string) {
  const client = new Client(process.store, key, label)
  const stopped = process.stopBefore(call).then(() => true)
  const failures: unknown[] = []
  const done = deed(client, seen).catch((error) => void failures.push(error))
  const stands = await Promise.race([stopped, done.then(() => false)])
  return { process, client, done, stands, failures }
}

describe('fileStore, stopped before any of its calls', () => {
  for (const [name, deed] of Object.entries(deeds)) {
    for (const [what, between] of Object.entries(inBetween)) {
      it(`${name}: ${what} meanwhile, then it goes on, or is killed`, async () => {
        const ages = what.includes('clean-up') ? [{ leftoverAge: 60_000 }, { leftoverAge: 0 }] : [{}]
        for (const age of ages) {
          for (const existing of [true, false]) {
            for (const resumed of [[0], []]) {
              let call = 1
              const again = () =>
                play({
                  stopped: [{ deed, call }],
                  between,
                  existing,
                  resumed,
                  ...age,
                })
              while ((await again())[0]) call++
              expect(call).to.be.greaterThan(1)
            }
          }
        }
      }).timeout(120_000)
    }
  }
})

describe('fileStore, two processes stopped before their calls', () => {
  const changing = ['create', 'replace', 'remove']
  for (const first of changing) {
    for (const second of changing) {
      it(`${first} and ${second}: others come, then one or both go on`, async () => {
        await playAll(first, second, 'a replacement', [0, 1], 1)
        await playAll(first, second, 'a removal and a creation', [1, 0], 2)
        await playAll(first, second, 'a creation, a removal and a creation', [1], 3)
      }).timeout(120_000)
    }
  }
})

/** Each call of one with each of the other are some 300 pairs; of those, every ninth. */
const stride = 3

async function playAll(first: string, second: string, what: string, resumed: number[], from: number): Promise<void> {
  const between = inBetween[what] ?? expect.fail()
  const [one, other] = [deeds[first] ?? expect.fail(), deeds[second] ?? expect.fail()]
  for (let call = from, stands = true; stands; call += stride) {
    for (let otherCall = from, otherStands = true; otherStands; otherCall += stride) {
      const stopped = [
        { deed: one, call },
        { deed: other, call: otherCall },
      ]
      const came = await play({ stopped, between, existing: true, resumed })
      stands = came[0] === true
      otherStands = came[1] === true
    }
  }
}
