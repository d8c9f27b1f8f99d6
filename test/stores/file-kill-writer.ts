import { setTimeout as sleep } from 'node:timers/promises'
import { fileStore } from '../../lib/stores/file.js'
import { counts, guestKeys, lifetime, randomSource, sessionKeys } from './file-kill-words.js'

/** One of the processes that are killed: counts under its own name in one session after the other until then. */

const [directory = '', name = '', seed = '0'] = process.argv.slice(2)
const store = fileStore({ directory })
const random = randomSource(Number(seed))

function pick(keys: string[]): string {
  return keys[Math.floor(random() * keys.length)] ?? ''
}

async function increment(key: string): Promise<number> {
  let entry = await store.read(key)
  for (;;) {
    if (!entry) throw new Error(`${key} is no session any more`)
    const counters = counts(entry.data)
    const value = (counters[name] ?? 0) + 1
    const data = JSON.stringify({ ...counters, [name]: value })
    const outcome = await store.write(key, { data, expires: Date.now() + lifetime }, entry.version)
    if ('written' in outcome) return value
    if ('gone' in outcome) throw new Error(`${key} is gone`)
    entry = outcome.conflict
  }
}

/** Sessions that come and go, and clean-ups, so that kills also hit what only these do. */
async function pass(key: string): Promise<void> {
  if (random() < 0.2) await store.prune()
  else if (random() < 0.5) await store.write(key, { data: '{}', expires: Date.now() + lifetime })
  else await store.remove(key)
}

async function run(): Promise<never> {
  for (;;) {
    const key = pick(sessionKeys)
    const start = performance.now()
    const value = await increment(key)
    process.stdout.write(`${JSON.stringify({ key, value, took: performance.now() - start })}\n`)
    if (random() < 0.2) await pass(pick(guestKeys))
    // Leaves the processors to those that are starting, which is what takes the time of this test.
    await sleep(random() * 4)
  }
}

await run()
