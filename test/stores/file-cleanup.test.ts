import { spawnSync } from 'node:child_process'
import { existsSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { type Disk, realDisk } from '../../lib/stores/file/disk.js'
import { FileStore } from '../../lib/stores/file/file-store.js'
import { failureOf } from './failure-of.js'
import { type DiskCall, diskWith, systemError, watchedDisk } from './file-disks.js'
import { fileOf, keysOfOneShard, privateDirectoryFor, tree, treeOfOnly } from './file-tree.js'

const leaver = fileURLToPath(new URL('./file-cleanup-leaver.js', import.meta.url))
const alive = Date.UTC(2100, 0)
const expired = 0

interface Opening {
  disk?: Disk
  fileThreshold?: number
  leftoverAge?: number
}

function openOn(directory: string, { disk = realDisk, fileThreshold = 1_000_000, leftoverAge = 60_000 }: Opening = {}) {
  return new FileStore({ disk, directory, fileThreshold, leftoverAge })
}

const named = (what: string, count: number) => Array.from({ length: count }, (_, number) => `${what} ${number}`)

async function fill(store: FileStore, keys: string[], expires: number): Promise<void> {
  await Promise.all(keys.map((key) => store.write(key, { data: key, expires })))
}

function sessionsIn(directory: string): string[] {
  return tree(directory).filter((path) => /[0-9a-f]{64}$/.test(path))
}

const lockOf = (directory: string) => join(directory, 'clean-up.lock')

describe('fileStore, prune()', () => {
  it('removes what has expired, answers how many, and leaves what lives', async () => {
    const directory = privateDirectoryFor('sessions')
    const store = openOn(directory)
    await fill(store, named('expired', 50), expired)
    await fill(store, named('live', 30), alive)
    expect(await store.prune()).to.equal(50)
    expect(await store.prune()).to.equal(0)
    const left = tree(directory)
    expect(left).to.deep.equal(treeOfOnly(named('live', 30), left))
  })

  it('opens no live session', async () => {
    const directory = privateDirectoryFor('sessions')
    const { disk, calls } = watchedDisk()
    const store = openOn(directory, { disk })
    const [live, dead] = [named('live', 100), named('expired', 10)]
    await fill(store, live, alive)
    await fill(store, dead, expired)
    calls.length = 0
    expect(await store.prune()).to.equal(10)
    const opened = calls.filter(({ name }) => name === 'open' || name === 'readAll').map(({ args }) => args[0])
    expect(opened).to.include.members(dead.map((key) => fileOf(directory, key)))
    expect(opened).not.to.include.oneOf(live.map((key) => fileOf(directory, key)))
  })

  it('of two handles at once counts each session once, and works one after the other', async () => {
    const directory = privateDirectoryFor('sessions')
    let [holders, most] = [0, 0]
    const disk = diskWith(async ({ name, args, run }) => {
      const ofLock = args[0] === lockOf(directory)
      if (ofLock && name === 'unlink') holders--
      const answer = await run()
      if (ofLock && name === 'create' && typeof answer === 'number') most = Math.max(most, ++holders)
      return answer
    })
    const stores = [openOn(directory, { disk }), openOn(directory, { disk }), openOn(directory, { disk })]
    await fill(openOn(directory), named('expired', 200), expired)
    const counts = await Promise.all(stores.map((store) => store.prune()))
    expect(counts.reduce((sum, count) => sum + count)).to.equal(200)
    expect(most).to.equal(1)
  })

  it('counts a session once too where both work at the same time, as after a lock that was silent', async () => {
    const directory = privateDirectoryFor('sessions')
    await fill(openOn(directory), named('expired', 200), expired)
    const unlocked = (own: string) =>
      diskWith((call) => {
        const args = call.args.map((arg) => (arg === lockOf(directory) ? join(directory, own) : arg))
        const method = realDisk[call.name] as (...args: unknown[]) => Promise<unknown>
        return method(...args)
      })
    const stores = ['one.lock', 'other.lock'].map((own) => openOn(directory, { disk: unlocked(own) }))
    const counts = await Promise.all(stores.map((store) => store.prune()))
    expect(counts.reduce((sum, count) => sum + count)).to.equal(200)
    expect(sessionsIn(directory)).to.deep.equal([])
  })

  it('removes the rest when one file cannot be removed, and says what failed', async () => {
    const directory = privateDirectoryFor('sessions')
    const [stuck = '', ...others] = keysOfOneShard(20)
    const keys = [stuck, ...others, ...named('expired', 50)]
    await fill(openOn(directory), keys, expired)
    const refuse = (call: DiskCall) => call.args.some((arg) => String(arg).startsWith(fileOf(directory, stuck)))
    const disk = diskWith(async (call) => {
      if (call.name !== 'look' && refuse(call)) throw systemError('EPERM', call)
      return call.run()
    })
    expect(await failureOf(openOn(directory, { disk }).prune())).to.have.property('code', 'SESSION_STORE_DOWN')
    const left = tree(directory)
    expect(left).to.deep.equal(treeOfOnly([stuck], left))
    expect(await openOn(directory).prune()).to.equal(1)
  })
})

describe('fileStore, a clean-up by itself', () => {
  it('does not start at the threshold, and starts above it', async () => {
    const directory = privateDirectoryFor('sessions')
    const { disk, calls, quiet } = watchedDisk()
    const store = openOn(directory, { disk, fileThreshold: 20 })
    for (const key of named('expired', 20)) {
      await store.write(key, { data: '', expires: expired })
      await quiet()
    }
    expect(calls.filter(({ args }) => args[0] === directory && args.length === 1).length).to.be.greaterThan(1)
    expect(calls.filter(({ args }) => args[0] === lockOf(directory))).to.deep.equal([])
    expect(sessionsIn(directory)).to.have.length(20)

    // It looks again after growth by a tenth.
    for (const key of named('more', 2)) {
      await store.write(key, { data: '', expires: alive })
      await quiet()
    }
    const left = tree(directory)
    expect(left).to.deep.equal(treeOfOnly(named('more', 2), left))
  })

  it('takes no live session, though there are a hundred times too many', async () => {
    const directory = privateDirectoryFor('sessions')
    const { disk, calls, quiet } = watchedDisk()
    const store = openOn(directory, { disk, fileThreshold: 20 })
    const live = named('live', 2000)
    for (let start = 0; start < live.length; start += 100) await fill(store, live.slice(start, start + 100), alive)
    await quiet()
    expect(calls.some(({ name, args }) => name === 'create' && args[0] === lockOf(directory))).to.equal(true)
    const left = tree(directory)
    expect(left).to.deep.equal(treeOfOnly(live, left))
  })

  it('is ended soon by close(), which leaves nothing under way', async () => {
    const directory = privateDirectoryFor('sessions')
    await fill(openOn(directory), named('expired', 500), expired)
    let atWork = () => {}
    const working = new Promise<void>((resolve) => {
      atWork = resolve
    })
    const watched = watchedDisk()
    const disk = new Proxy(watched.disk, {
      get(target, name: keyof Disk) {
        if (name === 'rename') atWork()
        return target[name]
      },
    })
    const store = openOn(directory, { disk, fileThreshold: 1 })
    await store.write('a key', { data: '', expires: alive })
    await working
    await store.close()
    const calls = watched.calls.length
    await watched.quiet()
    expect(watched.calls.length).to.equal(calls)
    expect(sessionsIn(directory).length).to.be.greaterThan(100)
    expect(existsSync(lockOf(directory))).to.equal(false)
  })

  for (const how of ['by itself', 'prune']) {
    it(`keeps no process alive after close() (${how})`, () => {
      const directory = privateDirectoryFor('sessions')
      // Held by a process that lives, so that a prune() has to wait for it.
      if (how === 'prune') writeFileSync(lockOf(directory), `${process.pid} anotherlife ${hostname()}\n`)
      const { status, stdout, stderr } = spawnSync(process.execPath, [leaver, directory, how], {
        encoding: 'utf8',
        timeout: 15_000,
      })
      expect({ status, stdout, stderr }).to.deep.equal({ status: 0, stdout: 'closed\n', stderr: '' })
    })
  }
})

const deadProcess = () => spawnSync(process.execPath, ['--version']).pid
const longAgo = Date.now() - 61_000

describe('fileStore, the lock of the clean-up', () => {
  const takenOver: Record<string, (path: string) => void> = {
    'of a dead process': (path) => writeFileSync(path, `${deadProcess()} life ${hostname()}\n`),
    'of an earlier process with our number': (path) => writeFileSync(path, `${process.pid} life ${hostname()}\n`),
    'of a living process that was silent for a minute': (path) => {
      writeFileSync(path, `${process.ppid} life ${hostname()}\n`)
      utimesSync(path, longAgo / 1000, longAgo / 1000)
    },
    'of another machine that was silent for a minute': (path) => {
      writeFileSync(path, `${process.ppid} life elsewhere\n`)
      utimesSync(path, longAgo / 1000, longAgo / 1000)
    },
    'that is empty, and was silent for a minute': (path) => {
      writeFileSync(path, '')
      utimesSync(path, longAgo / 1000, longAgo / 1000)
    },
  }
  for (const [what, lock] of Object.entries(takenOver)) {
    it(`${what} is taken over`, async () => {
      const directory = privateDirectoryFor('sessions')
      await fill(openOn(directory), named('expired', 3), expired)
      lock(lockOf(directory))
      expect(await openOn(directory).prune()).to.equal(3)
      expect(existsSync(lockOf(directory))).to.equal(false)
    })
  }

  const respected: Record<string, string> = {
    'of a living process': `${process.ppid} life ${hostname()}\n`,
    'of another machine, whose processes cannot be seen': `${deadProcess()} life elsewhere\n`,
    'that is being written': '',
  }
  for (const [what, text] of Object.entries(respected)) {
    it(`${what} is waited for, and what it may be at work on is left alone`, async () => {
      const directory = privateDirectoryFor('sessions')
      const path = lockOf(directory)
      await fill(openOn(directory), named('expired', 3), expired)
      writeFileSync(path, text)
      let attempts = 0
      let [tried, found]: [() => void, string[]] = [() => {}, []]
      const thrice = new Promise<void>((resolve) => {
        tried = resolve
      })
      const disk = diskWith(async ({ name, args, run }) => {
        if (name === 'create' && args[0] === path && ++attempts === 3) {
          found = sessionsIn(directory)
          tried()
        }
        return run()
      })
      const pruned = openOn(directory, { disk }).prune()
      await thrice
      expect(found).to.have.length(3)
      await realDisk.unlink(path)
      expect(await pruned).to.equal(3)
    })
  }
})
