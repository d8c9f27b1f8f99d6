import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statfsSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { SessionError } from '../../lib/core/errors.js'
import type { Store } from '../../lib/core/store.js'
import { fileStore } from '../../lib/stores/file.js'
import { freshDirectory } from '../servers/process.js'
import { failureOf } from './failure-of.js'
import { fileOf, privateDirectoryFor, tree, treeOfOnly } from './file-tree.js'

const key = 'a key'
const alive = Date.UTC(2100, 0)
const entry = (data: string) => ({ data, expires: alive })

async function created(store: Store, key: string, data = 'old data'): Promise<string> {
  const outcome = await store.write(key, entry(data))
  return 'written' in outcome ? outcome.written : expect.fail('there is a session already')
}

function put(path: string, bytes: Buffer): void {
  writeFileSync(path, bytes)
  utimesSync(path, alive / 1000, alive / 1000)
}

/** No session, never an error, and a new one can be made in its place. */
async function expectNoSession(directory: string, store: Store, bytes: Buffer, what: string): Promise<void> {
  const path = fileOf(directory, key)
  put(path, bytes)
  expect(await store.read(key), what).to.equal(undefined)
  const version = await created(store, key, 'new data').catch((error) => expect.fail(`${what}: ${error}`))
  expect(await store.read(key), what).to.deep.equal({ data: 'new data', version, expires: alive })
  put(path, bytes)
  expect(await store.prune?.(), what).to.equal(0)
  await store.remove(key)
  expect(await store.read(key), what).to.equal(undefined)
  expect(tree(directory).filter((name) => name.includes('.'))).to.deep.equal([])
}

async function sound(directory: string, store: Store): Promise<Buffer> {
  await created(store, key, '{"user":"é"}')
  return readFileSync(fileOf(directory, key))
}

const garbage: Record<string, (sound: Buffer) => Buffer> = {
  'an empty file': () => Buffer.alloc(0),
  zeros: (sound) => Buffer.alloc(sound.length),
  'a megabyte of zeros': () => Buffer.alloc(1_000_000),
  'bytes of all kinds': () => Buffer.from(Array.from({ length: 1024 }, (_, number) => (number * 89) % 256)),
  JSON: () => Buffer.from('{"user":"admin"}'),
  'a future format': (sound) => Buffer.from(sound.toString().replace('koa-shared-session/1', 'koa-shared-session/2')),
  'another kind': (sound) => Buffer.from(sound.toString().replace(' session ', ' seasons ')),
  'a byte too many': (sound) => Buffer.concat([sound, Buffer.from(' ')]),
  'the session twice': (sound) => Buffer.concat([sound, sound]),
  'zeros in the place of the data': (sound) => Buffer.concat([sound.subarray(0, -12), Buffer.alloc(12)]),
  'a length that no file has': (sound) => Buffer.from(sound.toString().replace(/ \d+ (?=\w{8}\n)/, ' 9999999999 ')),
  'a mark of its end': (sound) => Buffer.from(sound.toString().replace(' session ', ' ended ')),
}

describe('fileStore, a damaged file', () => {
  it('cut off after any byte is no session', async () => {
    const directory = privateDirectoryFor('sessions')
    const store = fileStore({ directory })
    const bytes = await sound(directory, store)
    for (let length = 0; length < bytes.length; length++) {
      await expectNoSession(directory, store, bytes.subarray(0, length), `${length} bytes`)
    }
  })

  it('with any byte changed is no session', async () => {
    const directory = privateDirectoryFor('sessions')
    const store = fileStore({ directory })
    const bytes = await sound(directory, store)
    for (const position of bytes.keys()) {
      for (const flipped of [0x01, 0x20, 0xff]) {
        const changed = Buffer.from(bytes)
        changed[position] = (bytes[position] ?? 0) ^ flipped
        await expectNoSession(directory, store, changed, `byte ${position} ^ ${flipped}`)
      }
    }
  }).timeout(60_000)

  for (const [what, damage] of Object.entries(garbage)) {
    it(`that holds ${what} is no session`, async () => {
      const directory = privateDirectoryFor('sessions')
      const store = fileStore({ directory })
      await expectNoSession(directory, store, damage(await sound(directory, store)), what)
    })
  }
})

/** What each method answers when it is called now: the code and words of its error. */
async function troubles(store: Store, seen: string): Promise<SessionError[]> {
  const calls = [
    () => store.read(key),
    () => store.write(key, entry('new')),
    () => store.write(key, entry('new'), seen),
    () => store.touch(key, alive, seen),
    () => store.remove(key),
    () => store.check(),
    async () => store.prune?.(),
  ]
  const errors: SessionError[] = []
  for (const call of calls) errors.push((await failureOf(call())) as SessionError)
  return errors
}

describe('fileStore, its directory', () => {
  it('removed while it runs: every method says so, until it is made anew', async () => {
    const directory = privateDirectoryFor('sessions')
    const store = fileStore({ directory })
    const seen = await created(store, key)
    rmSync(directory, { recursive: true })
    for (const { code, message } of await troubles(store, seen)) {
      expect(code).to.equal('SESSION_STORE_DOWN')
      expect(message).to.contain(`The session directory ${directory} is missing`).and.contain('mkdir -m 700')
    }
    expect(() => tree(directory)).to.throw('ENOENT')

    execFileSync('mkdir', ['-m', '700', directory])
    await store.check()
    expect(await store.read(key)).to.equal(undefined)
    const version = await created(store, key, 'new data')
    expect(await store.read(key)).to.deep.equal({ data: 'new data', version, expires: alive })
    expect(await store.prune()).to.equal(0)
  })

  it('replaced by a file: every method says so, until it is back', async () => {
    const directory = privateDirectoryFor('sessions')
    const store = fileStore({ directory })
    const seen = await created(store, key)
    renameSync(directory, `${directory}.moved`)
    writeFileSync(directory, '')
    for (const error of await troubles(store, seen)) {
      expect(error.code).to.be.oneOf(['SESSION_STORE_DOWN', 'SESSION_DIRECTORY_UNSAFE'])
      expect(error.message).to.contain(directory)
    }
    rmSync(directory)
    renameSync(`${directory}.moved`, directory)
    expect((await store.read(key))?.data).to.equal('old data')
  })

  it('opened to everybody while it runs: refused when that is noticed, until it is closed', async () => {
    const directory = privateDirectoryFor('sessions')
    const store = fileStore({ directory })
    await created(store, key)
    chmodSync(directory, 0o777)
    const noticing = [
      () => store.read('unknown'),
      () => store.remove('unknown'),
      () => store.write('unknown', entry('data')),
      () => store.check(),
      () => store.prune(),
    ]
    for (const call of noticing) {
      const error = await failureOf(call())
      expect(error).to.have.property('code', 'SESSION_DIRECTORY_UNSAFE')
      expect(error.message).to.contain(`(chmod 700 ${directory})`)
    }
    chmodSync(directory, 0o700)
    await store.check()
    expect((await store.read(key))?.data).to.equal('old data')
  })

  it('with a shard that is open to everybody: that one is refused, until it is closed', async () => {
    const directory = privateDirectoryFor('sessions')
    const store = fileStore({ directory })
    const seen = await created(store, key)
    const shard = join(fileOf(directory, key), '..')
    chmodSync(shard, 0o755)
    for (const call of [() => store.read(key), () => store.write(key, entry('new'), seen), () => store.prune()]) {
      expect(await failureOf(call())).to.have.property('code', 'SESSION_DIRECTORY_UNSAFE')
    }
    chmodSync(shard, 0o700)
    expect((await store.read(key))?.data).to.equal('old data')
  })
})

/** A file system of a few KB, where the system lets us have one. */
function tinyDisk(): string | undefined {
  const place = freshDirectory()
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=700', 'none', place])
  if (mounted.status !== 0) return undefined
  after(() => spawnSync('umount', [place]))
  return place
}

async function fillUp(store: Store): Promise<SessionError> {
  for (let number = 0; ; number++) {
    const error = await store.write(`filler ${number}`, entry('x'.repeat(4000))).then(
      () => undefined,
      (reason: SessionError) => reason,
    )
    if (error) return error
  }
}

// What every disk answers is in file-faults.test.ts; this one is real, where mounting is allowed.
describe('fileStore, a real disk', () => {
  const place = tinyDisk()
  if (place === undefined) return

  it('that is full: says so, old sessions stay, nothing is left over, and it goes on when there is room', async () => {
    const directory = join(place, 'full')
    const store = fileStore({ directory })
    const seen = await created(store, key)
    writeFileSync(join(place, 'ballast'), Buffer.alloc(8192))
    const { code, message } = await fillUp(store)
    expect(code).to.equal('SESSION_STORE_DOWN')
    expect(message).to.contain('ENOSPC').and.contain('df -h')
    expect(statfsSync(directory).bfree).to.be.lessThan(2)
    await failureOf(store.write(key, entry('y'.repeat(20_000)), seen))
    expect((await store.read(key))?.data).to.equal('old data')
    expect(tree(directory).filter((name) => name.includes('.'))).to.deep.equal([])
    rmSync(join(place, 'ballast'))
    await store.remove('filler 0')
    expect(await store.write(key, entry('new data'), seen)).to.have.property('written')
    rmSync(directory, { recursive: true })
  })

  it('that became read-only: says so, sessions can be read, and it goes on when it can be written', async () => {
    const directory = join(place, 'read-only')
    mkdirSync(directory, { mode: 0o700 })
    const store = fileStore({ directory })
    const seen = await created(store, key)
    execFileSync('mount', ['-o', 'remount,ro', place])
    try {
      const attempts = [
        () => store.write(key, entry('new'), seen),
        () => store.write('other', entry('new')),
        () => store.touch(key, alive, seen),
        () => store.remove(key),
        () => store.check(),
      ]
      for (const attempt of attempts) {
        const { code, message } = (await failureOf(attempt())) as SessionError
        expect(code).to.equal('SESSION_STORE_DOWN')
        expect(message).to.contain('EROFS').and.contain('read-only')
      }
      expect((await store.read(key))?.data).to.equal('old data')
    } finally {
      execFileSync('mount', ['-o', 'remount,rw', place])
    }
    expect(await store.write(key, entry('new data'), seen)).to.have.property('written')
    const left = tree(directory)
    expect(left).to.deep.equal(treeOfOnly([key], left))
  })
})
