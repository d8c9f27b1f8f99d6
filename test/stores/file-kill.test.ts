import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { realDisk } from '../../lib/stores/file/disk.js'
import { FileStore } from '../../lib/stores/file/file-store.js'
import { fileStore } from '../../lib/stores/file.js'
import { type Acknowledged, counts, guestKeys, lifetime, randomSource, sessionKeys } from './file-kill-words.js'
import { privateDirectoryFor, tree, treeOfOnly } from './file-tree.js'

const kills = Number(process.env.FILE_KILLS ?? 200)
const seed = Number(process.env.FILE_KILL_SEED ?? Math.floor(Math.random() * 2 ** 32))
const together = 4
/** Promised: no process that died keeps another waiting for longer. In ms. */
const longestPromised = 2_000

const program = fileURLToPath(new URL('./file-kill-writer.js', import.meta.url))

/** A process that writes until it is killed, and what it has been told was written. */
class Writer {
  readonly name: string
  readonly acknowledged: Acknowledged[] = []
  readonly faults: string[] = []
  readonly begun: Promise<void>
  readonly #child: ChildProcess
  readonly #closed: Promise<unknown>

  constructor(directory: string, name: string, ownSeed: number) {
    this.name = name
    const child = spawn(process.execPath, [program, directory, name, String(ownSeed)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    this.#closed = once(child, 'close')
    child.stderr.on('data', (chunk) => this.faults.push(String(chunk)))
    child.on('exit', (code, signal) => {
      if (signal !== 'SIGKILL') this.faults.push(`ended by itself (${code ?? signal})`)
    })
    const lines = createInterface({ input: child.stdout })
    lines.on('line', (line) => this.acknowledged.push(JSON.parse(line)))
    this.begun = Promise.race([once(lines, 'line'), this.#closed]).then(() => {})
  }

  /** Everything that it had said before is in `acknowledged` then. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#closed
  }
}

/** Keeps four writers going, and kills and replaces one at a time. Answers all that ever ran. */
async function storm(directory: string, random: () => number): Promise<Writer[]> {
  const all: Writer[] = []
  const start = () => {
    const writer = new Writer(directory, `writer ${all.length}`, Math.floor(random() * 2 ** 32))
    all.push(writer)
    return writer
  }
  const running = Array.from({ length: together }, start)
  for (let killed = 0; killed < kills; killed++) {
    const victim = Math.floor(random() * together)
    await running[victim]?.begun
    await sleep(random() * 25)
    await running[victim]?.kill()
    running[victim] = start()
  }
  await Promise.all(running.map(({ begun }) => begun))
  await Promise.all(running.map((writer) => writer.kill()))
  return all
}

/** How far a writer came in each session, as it was told; fails where it was told anything but 1, 2, 3. */
function told(writer: Writer): Map<string, number> {
  const values = new Map<string, number>()
  for (const { key, value } of writer.acknowledged) {
    expect(value, `${writer.name} in ${key}`).to.equal((values.get(key) ?? 0) + 1)
    values.set(key, value)
  }
  return values
}

async function readAll(directory: string): Promise<Map<string, Record<string, number>>> {
  const store = fileStore({ directory })
  const sessions = new Map<string, Record<string, number>>()
  for (const key of sessionKeys) {
    const entry = await store.read(key)
    if (!entry) throw new Error(`${key} cannot be read`)
    sessions.set(key, counts(entry.data))
  }
  return sessions
}

/** What was acknowledged is there, and besides that, of each writer, the one write at most during which it was killed. */
function compare(writer: Writer, sessions: Map<string, Record<string, number>>): void {
  const values = told(writer)
  let unacknowledged = 0
  for (const [key, counters] of sessions) {
    const [stored, acknowledged] = [counters[writer.name] ?? 0, values.get(key) ?? 0]
    expect(stored, `${writer.name} in ${key}`).to.be.at.least(acknowledged)
    unacknowledged += stored - acknowledged
  }
  expect(unacknowledged, `writes of ${writer.name} beyond those acknowledged`).to.be.at.most(1)
}

async function createSessions(directory: string): Promise<void> {
  const store = fileStore({ directory })
  for (const key of sessionKeys) await store.write(key, { data: '{}', expires: Date.now() + lifetime })
}

/** Nobody is left who could be at work, so a clean-up may take every leftover, however young. */
async function tidy(directory: string): Promise<void> {
  const store = new FileStore({ disk: realDisk, directory, fileThreshold: 1000, leftoverAge: 0 })
  for (const key of guestKeys) await store.remove(key)
  await store.prune()
  await store.close()
}

describe('fileStore, its processes killed', () => {
  it(`${kills} times at any moment: loses nothing, keeps nobody waiting (FILE_KILL_SEED=${seed})`, async () => {
    const directory = privateDirectoryFor('sessions')
    await createSessions(directory)
    const writers = await storm(directory, randomSource(seed))
    expect(writers.flatMap(({ faults }) => faults)).to.deep.equal([])

    const sessions = await readAll(directory)
    for (const writer of writers) compare(writer, sessions)
    const took = writers.flatMap(({ acknowledged }) => acknowledged.map((write) => write.took))
    expect(took.length).to.be.at.least(kills)
    if (process.env.FILE_KILL_REPORT) console.log(`${took.length} writes, longest ${Math.max(...took)} ms`)
    expect(Math.max(...took)).to.be.below(longestPromised)

    await tidy(directory)
    const left = tree(directory)
    expect(left).to.deep.equal(treeOfOnly(sessionKeys, left))
  }).timeout(300_000)
})
