import { execFileSync } from 'node:child_process'
import { chownSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { expect } from 'chai'
import { SessionError } from '../../lib/core/errors.js'
import { type Disk, realDisk } from '../../lib/stores/file/disk.js'
import { FileStore } from '../../lib/stores/file/file-store.js'
import { fileStore } from '../../lib/stores/file.js'
import { freshDirectory } from '../servers/process.js'
import { failureOf } from './failure-of.js'
import { diskWith, systemError } from './file-disks.js'
import { keysOfOneShard, nameOf, privateDirectoryFor, tree } from './file-tree.js'

const later = () => Date.now() + 3_600_000
const entry = (data: string) => ({ data, expires: later() })

function modeOf(path: string): string {
  return (lstatSync(path).mode & 0o777).toString(8)
}

async function withUmask(umask: number, run: () => Promise<void>): Promise<void> {
  const before = process.umask(umask)
  try {
    await run()
  } finally {
    process.umask(before)
  }
}

function openOn(directory: string, disk: Disk = realDisk): FileStore {
  return new FileStore({ disk, directory, fileThreshold: 1000, leftoverAge: 60_000 })
}

/** Everything that a store does, so that everything is made that it ever makes. */
async function live(store: FileStore, key: string): Promise<void> {
  const created = await store.write(key, entry('first'))
  if ('written' in created) await store.write(key, entry('second'), created.written)
  await store.remove(key)
  await store.write(key, entry('third'))
  await store.check()
  await store.prune()
}

describe('fileStore, modes', () => {
  for (const umask of [0o000, 0o022, 0o077]) {
    const shown = umask.toString(8).padStart(3, '0')

    it(`umask ${shown}: the directory, its missing parents and its shards are 0700, sessions 0600`, () =>
      withUmask(umask, async () => {
        const root = freshDirectory()
        const directory = join(root, 'parent', 'child', 'sessions')
        const store = fileStore({ directory })
        await store.write('a key', entry('data'))
        await store.remove('another key')
        await store.write('another key', entry('data'))
        await store.remove('another key')
        for (const path of tree(root)) {
          expect(modeOf(join(root, path)), path).to.equal(/[0-9a-f]{64}$/.test(path) ? '600' : '700')
        }
        expect(tree(directory).join()).to.match(/[0-9a-f]{64}/)
        expect(tree(directory).join()).to.match(/exits/)
      }))

    it(`umask ${shown}: every file and directory is private from the moment it is there`, () =>
      withUmask(umask, async () => {
        const directory = privateDirectoryFor('sessions')
        const modes = new Map<string, Set<string>>()
        const disk = diskWith(async ({ name, args, run }) => {
          const answer = await run()
          const made = typeof answer === 'number' || answer === 'done'
          if (made && (name === 'create' || name === 'makeDirectory')) {
            modes.set(name, (modes.get(name) ?? new Set()).add(modeOf(String(args[0]))))
          }
          return answer
        })
        await live(openOn(directory, disk), 'a key')
        expect([...(modes.get('create') ?? [])]).to.deep.equal(['600'])
        expect([...(modes.get('makeDirectory') ?? [])]).to.deep.equal(['700'])
      }))
  }
})

describe('fileStore, a umask that takes rights from the owner', () => {
  const directory = join(freshDirectory(), 'sessions')
  it('is made up for: the directory and its shards can be used', () =>
    withUmask(0o277, async () => {
      const store = fileStore({ directory })
      await live(openOn(directory), 'a key')
      expect((await store.read('a key'))?.data).to.equal('third')
      for (const path of ['', ...tree(directory).filter((path) => !/[0-9a-f]{64}$/.test(path))]) {
        expect(modeOf(join(directory, path)), path).to.equal('700')
      }
    }))
})

const root = process.getuid?.() === 0

interface Refused {
  what: string
  prepare(path: string): void
  says: RegExp
  command: RegExp
}

const refused: Refused[] = [
  {
    what: 'that everybody may read (0755)',
    prepare: (path) => mkdirSync(path, { mode: 0o755 }),
    says: /is open to other users \(mode 0755\)/,
    command: /^chmod 700 /,
  },
  {
    what: 'that the group may enter (0710)',
    prepare: (path) => mkdirSync(path, { mode: 0o710 }),
    says: /is open to other users \(mode 0710\)/,
    command: /^chmod 700 /,
  },
  {
    what: 'that is a symbolic link',
    prepare: (path) => symlinkSync(privateDirectoryFor('elsewhere'), path),
    says: /is a symbolic link/,
    command: /^rm /,
  },
  {
    what: 'that is a file',
    prepare: (path) => writeFileSync(path, 'precious', { mode: 0o600 }),
    says: /is not a directory/,
    command: /^mv /,
  },
]

const othersDirectory: Refused = {
  what: 'of another user',
  prepare(path) {
    mkdirSync(path, { mode: 0o700 })
    chownSync(path, 65_534, 65_534)
  },
  says: /belongs to user 65534, and this process runs as user 0/,
  command: /^sudo chown -R 0 /,
}

function refusal(directory: string): SessionError {
  try {
    fileStore({ directory })
  } catch (error) {
    if (error instanceof SessionError) return error
    throw error
  }
  throw new Error('it was taken')
}

function commandIn(message: string): string {
  return /\(((?:sudo|rm|mv|chmod) .*)\)/.exec(message)?.[1] ?? expect.fail(`no command in: ${message}`)
}

describe('fileStore, an existing directory', () => {
  // Whoever may give a directory away is root; everybody else meets one that root owns.
  for (const { what, prepare, says, command } of root ? [...refused, othersDirectory] : refused) {
    for (const name of ['sessions', "the app's sessions"]) {
      it(`${what} is refused, never changed, and mended by the command in the message (${name})`, async () => {
        const directory = join(freshDirectory(), name)
        await withUmask(0, async () => prepare(directory))
        const before = lstatSync(directory)
        const { code, message } = refusal(directory)
        expect(code).to.equal('SESSION_DIRECTORY_UNSAFE')
        expect(message).to.match(says).and.to.contain(directory)
        const { mode, uid, ino } = lstatSync(directory)
        expect({ mode, uid, ino }).to.deep.equal({ mode: before.mode, uid: before.uid, ino: before.ino })

        expect(commandIn(message)).to.match(command)
        execFileSync('sh', ['-c', commandIn(message).replace(/^sudo /, '')])
        const store = fileStore({ directory })
        expect(await store.write('a key', entry('data'))).to.have.property('written')
        expect(modeOf(directory)).to.equal('700')
      })
    }
  }

  if (!root) {
    it('of root is refused for everybody else', () => {
      const { code, message } = refusal('/')
      expect(code).to.equal('SESSION_DIRECTORY_UNSAFE')
      expect(message).to.match(/belongs to user 0, .*sudo chown -R/)
    })
  }

  it('moved away as the message says keeps what was in it', () => {
    const path = join(freshDirectory(), 'sessions')
    writeFileSync(path, 'precious')
    execFileSync('sh', ['-c', commandIn(refusal(path).message)])
    fileStore({ directory: path })
    expect(readFileSync(`${path}.old`, 'utf8')).to.equal('precious')
  })
})

const strangeKeys = {
  'a way up': '../../etc/passwd',
  'a path': 'a/b',
  'a Windows path': 'a\\b',
  'an absolute path': '/etc/passwd',
  'a NUL': 'a\0b',
  nothing: '',
  'dots only': '..',
  '10 KB': 'k'.repeat(10_240),
  'a shard': 'ab',
  'the lock': 'clean-up.lock',
  'a file of ours': nameOf('a key'),
}

describe('fileStore, keys', () => {
  for (const [what, key] of Object.entries(strangeKeys)) {
    it(`${what} is a key like any other, and never a path`, async () => {
      const parent = freshDirectory()
      const directory = join(parent, 'deep', 'sessions')
      const store = fileStore({ directory })
      await live(openOn(directory), key)
      expect((await store.read(key))?.data).to.equal('third')
      const shard = nameOf(key).slice(0, 2)
      const expected = ['deep', 'deep/sessions', `deep/sessions/${shard}`, `deep/sessions/${shard}/exits`]
      expect(tree(parent)).to.have.members([...expected, `deep/sessions/${shard}/${nameOf(key)}`])
    })
  }

  it('each answers its own session, also within a shard', async () => {
    const store = fileStore({ directory: privateDirectoryFor('sessions') })
    const keys = [...Object.values(strangeKeys), ...keysOfOneShard(20), 'KEY 1', 'key 1', 'key 1 ', 'key 1\n']
    for (const [number, key] of keys.entries()) {
      expect(await store.read(key)).to.equal(undefined)
      await store.write(key, entry(`data of ${number}`))
    }
    for (const [number, key] of keys.entries()) {
      expect((await store.read(key))?.data).to.equal(`data of ${number}`)
    }
    for (const key of keys) await store.remove(key)
    for (const key of keys) expect(await store.read(key)).to.equal(undefined)
  })
})

const methods = ['open', 'readAll', 'create', 'look', 'link', 'rename', 'unlink', 'makeDirectory'] as const

describe('fileStore, its errors', () => {
  const key = 'the-secret-key'

  for (const method of methods) {
    it(`of ${method} name neither the key nor a file of it`, async () => {
      const directory = privateDirectoryFor('sessions')
      const store = openOn(directory)
      const outcome = await store.write(key, entry('secret data'))
      const seen = 'written' in outcome ? outcome.written : ''
      // The session directory itself can be looked at, so that what fails is the session's own files.
      const disk = diskWith(async (call) => {
        if (call.name === method && call.args[0] !== directory) throw systemError('EIO', call)
        return call.run()
      })
      const failing = openOn(directory, disk)
      const attempts = await Promise.allSettled([
        failing.read(key),
        failing.write(key, entry('other secret data'), seen),
        failing.write('another key', entry('data')),
        failing.touch(key, later(), seen),
        failing.remove(key),
        failing.check(),
      ])
      const errors = attempts.flatMap((attempt) => (attempt.status === 'rejected' ? [attempt.reason] : []))
      expect(errors).not.to.deep.equal([])
      for (const error of errors) {
        expect(error).to.have.property('code', 'SESSION_STORE_DOWN')
        const shown = inspect(error, { depth: 9, showHidden: true })
        expect(shown).not.to.match(/secret/)
        expect(shown).not.to.match(/[0-9a-f]{64}/)
      }
    })
  }

  it('of a lost race of a thousand rounds name neither', async () => {
    const disk = diskWith(async ({ name, run }) => (name === 'link' ? 'missing' : run()))
    const error = await failureOf(openOn(privateDirectoryFor('sessions'), disk).write(key, entry('secret data')))
    expect(error).to.have.property('code', 'SESSION_STORE_DOWN')
    expect(inspect(error, { depth: 9, showHidden: true })).not.to.match(/secret|[0-9a-f]{64}/)
  })
})
