import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { type Disk, realDisk } from '../../lib/stores/file/disk.js'
import { FileStore } from '../../lib/stores/file/file-store.js'
import { diskWith } from './file-disks.js'
import { steppedStore } from './file-stepping.js'
import { nameOf, privateDirectoryFor, tree, treeOfOnly } from './file-tree.js'

const key = 'a key'
const alive = Date.UTC(2100, 0)
const entry = { data: 'data', expires: alive }

type Deed = (store: FileStore, key: string, seen: string) => Promise<unknown>

const deeds: Record<string, Deed> = {
  creation: (store, key) => store.write(key, entry),
  replacement: (store, key, seen) => store.write(key, entry, seen),
  removal: (store, key) => store.remove(key),
  'replacement by nothing': (store, key, seen) => store.write(key, { data: '', expires: 0 }, seen),
  'clean-up': (store) => store.prune(),
  'check()': (store) => store.check(),
}

const starts = { 'no session': undefined, 'a session': alive, 'an expired session': 0 }

function openOn(directory: string, leftoverAge: number, disk: Disk = realDisk): FileStore {
  return new FileStore({ disk, directory, fileThreshold: 1_000_000, leftoverAge })
}

async function begin(directory: string, key: string, expires: number | undefined): Promise<string> {
  if (expires === undefined) return `${'A'.repeat(16)}.00000000`
  const outcome = await openOn(directory, 0).write(key, { data: 'first', expires })
  return 'written' in outcome ? outcome.written : expect.fail('a fresh directory holds a session')
}

/** A process that is gone before this call of its deed. False where the deed was done with fewer calls. */
async function killBefore(call: number, directory: string, key: string, deed: Deed, seen: string): Promise<boolean> {
  const { store, stopBefore } = steppedStore(directory, { leftoverAge: 0, fileThreshold: 1_000_000 })
  const stopped = stopBefore(call).then(() => true)
  return Promise.race([stopped, deed(store, key, seen).then(() => false)])
}

const gone = spawnSync(process.execPath, ['--version']).pid

/** What was killed here is a part of this process, which lives; its lock has to say otherwise. */
function buryHolder(directory: string): void {
  const lock = join(directory, 'clean-up.lock')
  if (existsSync(lock)) writeFileSync(lock, `${gone} life ${hostname()}\n`)
}

describe('fileStore, what killed processes leave', () => {
  for (const [what, deed] of Object.entries(deeds)) {
    for (const [start, expires] of Object.entries(starts)) {
      it(`at any call of a ${what}, over ${start}, is cleaned up whole`, async () => {
        let call = 1
        for (let killed = true; killed; call++) {
          const directory = privateDirectoryFor('sessions')
          killed = await killBefore(call, directory, key, deed, await begin(directory, key, expires))
          buryHolder(directory)
          const store = openOn(directory, 0)
          await store.prune()
          const found = await store.read(key)
          const left = tree(directory)
          expect(left, `call ${call}`).to.deep.equal(treeOfOnly(found ? [key] : [], left))
        }
        expect(call).to.be.greaterThan(3)
      })
    }
  }
})

/** Lets a process die as soon as it has made what is looked for, and answers those paths. */
async function leave(directory: string, key: string, deed: Deed, sought: RegExp, expires?: number): Promise<string[]> {
  const kill = async (call: number, place: string) => {
    const killed = await killBefore(call, place, key, deed, await begin(place, key, expires))
    return killed || expect.fail('it left nothing of that kind')
  }
  const left = (place: string) => tree(place).filter((path) => path.includes(nameOf(key)) && sought.test(path))
  for (let call = 1; ; call++) {
    const trial = privateDirectoryFor('trial')
    await kill(call, trial)
    if (left(trial).length === 0) continue
    await kill(call, directory)
    return left(directory)
  }
}

/** Lets the files of a key look as if they were of another age, in ms. */
function aged(ages: Record<string, number>): Disk {
  return diskWith(async ({ name, args, run }) => {
    const answer = await run()
    const [, age] = Object.entries(ages).find(([key]) => String(args[0]).includes(nameOf(key))) ?? []
    if (name !== 'look' || age === undefined || !answer) return answer
    return Object.assign(answer, { ctimeMs: Date.now() - age })
  })
}

const kinds = {
  'a record that was never claimed': { deed: deeds.creation, sought: /\.tmp$/, expires: undefined },
  'an exit': { deed: deeds.removal, sought: /exits\/./, expires: alive },
}

describe('fileStore, the age of what was left', () => {
  for (const [what, { deed = expect.fail, sought, expires }] of Object.entries(kinds)) {
    it(`${what}: goes when it is older than a minute, and stays while it is younger`, async () => {
      const directory = privateDirectoryFor('sessions')
      const older = await leave(directory, 'older', deed, sought, expires)
      const younger = await leave(directory, 'younger', deed, sought, expires)
      await openOn(directory, 60_000, aged({ older: 61_000, younger: 58_000 })).prune()
      expect(tree(directory)).to.include.members(younger)
      expect(tree(directory)).not.to.include.oneOf(older)
      await openOn(directory, 60_000, aged({ older: 61_000, younger: 61_000 })).prune()
      expect(tree(directory)).not.to.include.oneOf(younger)
    })
  }

  it('a trial of the disk: goes when it is older than a minute, and stays while it is younger', async () => {
    const directory = privateDirectoryFor('sessions')
    await killBefore(4, directory, key, deeds['check()'] ?? expect.fail, '')
    const [probe = ''] = tree(directory)
    expect(probe).to.match(/^probe\./)
    await openOn(directory, 60_000).prune()
    expect(tree(directory)).to.deep.equal([probe])
    await openOn(directory, 0).prune()
    expect(tree(directory)).to.deep.equal([])
  })

  it("is the one that the disk gives, not this process's clock: a clock that is ahead takes nothing too early", async () => {
    const directory = privateDirectoryFor('sessions')
    const left = await leave(directory, key, deeds.creation ?? expect.fail, /\.tmp$/)
    const { now } = Date
    Date.now = () => now() + 120_000
    try {
      await openOn(directory, 60_000).prune()
    } finally {
      Date.now = now
    }
    expect(tree(directory)).to.include.members(left)
  })
})
