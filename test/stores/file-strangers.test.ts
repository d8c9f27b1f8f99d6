import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import type { SessionError } from '../../lib/core/errors.js'
import type { Store } from '../../lib/core/store.js'
import { fileStore } from '../../lib/stores/file.js'
import { freshDirectory } from '../servers/process.js'
import { fileOf, privateDirectoryFor, shardOf, tree } from './file-tree.js'

const key = 'a key'
const deadline = Date.UTC(2100, 0)
const entry = (data: string) => ({ data, expires: deadline })

interface Scene {
  directory: string
  store: Store
  /** The version of the session that `key` had before its file was replaced. */
  seen: string
}

async function scene(): Promise<Scene> {
  const directory = privateDirectoryFor('sessions')
  const store = fileStore({ directory })
  const outcome = await store.write(key, entry('own data'))
  if (!('written' in outcome)) throw new Error('a fresh directory holds a session')
  return { directory, store, seen: outcome.written }
}

/** A session of somebody else, whole and live, with the version that is asked for: what a followed link would answer. */
function bait({ directory }: Scene): string {
  const file = join(freshDirectory(), 'bait')
  copyFileSync(fileOf(directory, key), file)
  utimesSync(file, deadline / 1000, deadline / 1000)
  return file
}

function stateOf(path: string) {
  const { mode, uid, ino, nlink, size, mtimeMs, ctimeMs } = lstatSync(path)
  return { mode, uid, ino, nlink, size, mtimeMs, ctimeMs, bytes: readFileSync(path, 'latin1') }
}

async function makeSocket(path: string): Promise<void> {
  // A path to a socket has to be short: made elsewhere, and moved. Closing would remove it there.
  const short = join(freshDirectory(), 's')
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(short, resolve))
  renameSync(short, path)
  await new Promise((resolve) => server.close(resolve))
}

const strangers: Record<string, (path: string, bait: string) => void | Promise<void>> = {
  'a pipe': (path) => void execFileSync('mkfifo', [path]),
  'a socket': makeSocket,
  'an empty directory': (path) => mkdirSync(path),
  'a directory with a file': (path) => {
    mkdirSync(path)
    writeFileSync(join(path, 'file'), 'precious')
  },
  'a link to nothing': (path) => symlinkSync(join(path, 'nothing'), path),
  'a link to itself': (path) => symlinkSync(path, path),
  'a link to a live session': (path, bait) => symlinkSync(bait, path),
  'a link to a live session, with a time to come': (path, bait) => {
    symlinkSync(bait, path)
    lutimesSync(path, deadline / 1000, deadline / 1000)
  },
  'a link to a directory': (path) => symlinkSync(freshDirectory(), path),
}

const deeds: Record<string, (scene: Scene) => Promise<void>> = {
  async reading({ store }) {
    expect(await store.read(key)).to.equal(undefined)
  },
  async touching({ store, seen }) {
    expect(await store.touch(key, deadline, seen)).to.equal(false)
  },
  async replacing({ store, seen }) {
    expect(await store.write(key, entry('new'), seen)).to.deep.equal({ gone: true })
  },
  removing: ({ store }) => store.remove(key),
  async 'a clean-up'({ store }) {
    expect(await store.prune?.()).to.equal(0)
  },
}

async function createAndUse({ store, directory }: Scene): Promise<void> {
  const created = await store.write(key, entry('new data'))
  if (!('written' in created)) throw new Error(JSON.stringify(created))
  expect((await store.read(key))?.data).to.equal('new data')
  expect(await store.touch(key, deadline, created.written)).to.equal(true)
  expect(await store.write(key, entry('newer data'), created.written)).to.have.property('written')
  expect(lstatSync(fileOf(directory, key)).isFile()).to.equal(true)
  await store.remove(key)
  expect(await store.read(key)).to.equal(undefined)
}

describe('fileStore, in the place of a session', () => {
  for (const [what, put] of Object.entries(strangers)) {
    for (const [doing, deed] of Object.entries(deeds)) {
      it(`${what} is no session for ${doing}, and a new one can be made there`, async () => {
        const at = await scene()
        const [path, target] = [fileOf(at.directory, key), bait(at)]
        rmSync(path)
        await put(path, target)
        await deed(at)
        await createAndUse(at)
        const left = tree(at.directory).filter((path) => /\.(tmp|old|next)$/.test(path))
        expect(left).to.deep.equal([])
      })
    }
  }

  it('a directory keeps what is in it, whoever put it there', async () => {
    const at = await scene()
    rmSync(fileOf(at.directory, key))
    await strangers['a directory with a file']?.(fileOf(at.directory, key), '')
    await createAndUse(at)
    await at.store.prune?.()
    const kept = tree(at.directory).filter((path) => path.endsWith('/file'))
    expect(kept.map((path) => readFileSync(join(at.directory, path), 'utf8'))).to.deep.equal(['precious'])
  })

  it('a link is never followed: what it points to is neither read nor changed', async () => {
    for (const deed of [...Object.values(deeds), createAndUse]) {
      const at = await scene()
      const [path, target] = [fileOf(at.directory, key), bait(at)]
      const before = stateOf(target)
      rmSync(path)
      symlinkSync(target, path)
      lutimesSync(path, deadline / 1000, deadline / 1000)
      await deed(at)
      expect(stateOf(target)).to.deep.equal(before)
    }
  })
})

/** What a method answers: a value, or the code of its error. */
async function answerOf(run: () => Promise<unknown> | undefined): Promise<unknown> {
  return Promise.resolve(run()).catch((error: SessionError) => error.code)
}

async function answers({ store, seen }: Scene): Promise<unknown[]> {
  const calls = [
    () => store.read(key),
    () => store.write(key, entry('new'), seen),
    () => store.write('another key', entry('new')),
    () => store.write(key, entry('new')),
    () => store.touch(key, deadline, seen),
    () => store.remove(key),
    () => store.prune?.(),
  ]
  const found = []
  for (const call of calls) found.push(await answerOf(call))
  return found
}

const moved = {
  'its shard': (directory: string) => shardOf(directory, key),
  'the session directory': (directory: string) => directory,
}

describe('fileStore, a link in the place of a directory', () => {
  for (const [what, place] of Object.entries(moved)) {
    for (const when of ['before the session is used', 'later']) {
      it(`${what}, ${when}: is refused, and where it points to nothing is read or changed`, async () => {
        const first = await scene()
        const at = when === 'later' ? first : { ...first, store: reopened(first) }
        const [path, elsewhere] = [place(at.directory), join(freshDirectory(), 'elsewhere')]
        // A copy, since a directory that was only moved holds nothing that others have put there.
        execFileSync('cp', ['-a', path, elsewhere])
        renameSync(path, `${path}.moved`)
        symlinkSync(elsewhere, path)
        const target = join(elsewhere, fileOf(at.directory, key).slice(path.length))
        const before = [stateOf(target), tree(elsewhere)]
        for (const [position, answer] of (await answers(at)).entries()) {
          if (what === 'its shard' && position === 2) continue
          expect(answer, String(position)).to.equal('SESSION_DIRECTORY_UNSAFE')
        }
        expect([stateOf(target), tree(elsewhere)]).to.deep.equal(before)

        rmSync(path)
        renameSync(`${path}.moved`, path)
        expect((await at.store.read(key))?.data).to.equal('own data')
      })
    }
  }

  it('the lock of the clean-up: is replaced, and what it points to stays', async () => {
    const at = await scene()
    const target = join(freshDirectory(), 'file')
    writeFileSync(target, 'precious')
    const before = stateOf(target)
    symlinkSync(target, join(at.directory, 'clean-up.lock'))
    expect(await at.store.prune?.()).to.equal(0)
    expect(stateOf(target)).to.deep.equal(before)
  })
})

/** Another handle, opened while all is well, which has not met the session yet. */
function reopened({ directory }: Scene): Store {
  return fileStore({ directory })
}
