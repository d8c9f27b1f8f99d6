import { expect } from 'chai'
import type { SessionError } from '../../lib/core/errors.js'
import { type Disk, realDisk } from '../../lib/stores/file/disk.js'
import { FileStore } from '../../lib/stores/file/file-store.js'
import { type DiskCall, diskWith, systemError } from './file-disks.js'
import { privateDirectoryFor, tree, treeOfOnly } from './file-tree.js'

const key = 'a key'
const alive = Date.UTC(2100, 0)
const old = { data: 'old data', expires: alive }
const fresh = { data: 'new data', expires: alive }

type Deed = (store: FileStore, seen: string) => Promise<unknown>

const deeds: Record<string, Deed> = {
  'a read': (store) => store.read(key),
  'a read of nothing': (store) => store.read('other'),
  'a replacement': (store, seen) => store.write(key, fresh, seen),
  'a creation': (store) => store.write('other', fresh),
  'a touch': (store, seen) => store.touch(key, alive + 1000, seen),
  'a removal': (store) => store.remove(key),
  'check()': (store) => store.check(),
  'prune()': (store) => store.prune(),
}

/** What can be stored after an error, which leaves open whether it was before or after the change. */
const outcomes: Record<string, (string | undefined)[]> = {
  'a replacement': ['old data', 'new data'],
  'a removal': ['old data', undefined],
}

interface Fault {
  code: string
  /** Words of advice in the message. */
  advice: string
  /** The calls that a disk or process in this state refuses. */
  refuses: (call: DiskCall) => boolean
}

const making = ['create', 'write', 'link', 'makeDirectory']
const changing = [...making, 'setDeadline', 'rename', 'renameDirectory', 'unlink', 'removeDirectory']
const opening = ['open', 'readAll', 'create', 'list']

const faults: Record<string, Fault> = {
  'a full disk': { code: 'ENOSPC', advice: 'df -h', refuses: ({ name }) => making.includes(name) },
  'a used up quota': { code: 'EDQUOT', advice: 'quota', refuses: ({ name }) => making.includes(name) },
  'a read-only disk': { code: 'EROFS', advice: 'read-only', refuses: ({ name }) => changing.includes(name) },
  'no descriptors left': { code: 'EMFILE', advice: 'ulimit -n', refuses: ({ name }) => opening.includes(name) },
  'no descriptors left in the system': {
    code: 'ENFILE',
    advice: 'fs.file-max',
    refuses: ({ name }) => opening.includes(name),
  },
}

function openOn(directory: string, disk: Disk = realDisk): FileStore {
  return new FileStore({ disk, directory, fileThreshold: 1_000_000, leftoverAge: 60_000 })
}

async function begin(directory: string): Promise<string> {
  const outcome = await openOn(directory).write(key, old)
  return 'written' in outcome ? outcome.written : expect.fail('a fresh directory holds a session')
}

/** Refuses the calls of a fault, from the one of this number on. */
function failingDisk({ code, refuses }: Fault, first: number): { disk: Disk; failed(): boolean } {
  let count = 0
  let failed = false
  const disk = diskWith(async (call) => {
    if (!refuses(call)) return call.run()
    count++
    if (count < first) return call.run()
    failed = true
    throw systemError(code, call)
  })
  return { disk, failed: () => failed }
}

async function failureOrNothing(run: Promise<unknown>): Promise<SessionError | undefined> {
  return run.then(
    () => undefined,
    (error: SessionError) => error,
  )
}

describe('fileStore, a disk that refuses', () => {
  for (const [what, fault] of Object.entries(faults)) {
    for (const [doing, deed] of Object.entries(deeds)) {
      it(`${what}, from any call of ${doing} on: a coded error or the answer, and no damage`, async () => {
        let first = 1
        for (let reached = true; reached; first++) {
          const directory = privateDirectoryFor('sessions')
          const seen = await begin(directory)
          const { disk, failed } = failingDisk(fault, first)
          const error = await failureOrNothing(deed(openOn(directory, disk), seen))
          reached = failed()
          if (error) {
            expect(error.code).to.equal('SESSION_STORE_DOWN')
            expect(error.message).to.contain(fault.code).and.contain(fault.advice).and.contain(directory)
          }
          const found = await openOn(directory).read(key)
          expect(found?.data, `call ${first}`).to.be.oneOf(outcomes[doing] ?? ['old data'])
          await usable(openOn(directory))
        }
      })
    }
  }
})

/** Once the disk is mended, the session can be replaced or made, and ended. */
async function usable(store: FileStore): Promise<void> {
  for (let round = 0; round < 3; round++) {
    const found = await store.read(key)
    const outcome = await store.write(key, fresh, found?.version)
    if (!('written' in outcome)) continue
    expect((await store.read(key))?.data).to.equal('new data')
    await store.remove(key)
    expect(await store.read(key)).to.equal(undefined)
    return
  }
  expect.fail('the session could not be written')
}

describe('fileStore, a disk without room', () => {
  for (const name of making) {
    for (const doing of ['a replacement', 'a creation']) {
      it(`for ${name} in ${doing}: a coded error, the old session stays, nothing is left over`, async () => {
        const directory = privateDirectoryFor('sessions')
        const seen = await begin(directory)
        const fault = { code: 'ENOSPC', advice: 'df -h', refuses: (call: DiskCall) => call.name === name }
        const { disk, failed } = failingDisk(fault, 1)
        const error = await failureOrNothing(deeds[doing]?.(openOn(directory, disk), seen) ?? expect.fail())
        // A replacement makes no directory.
        expect(failed()).to.equal(!(name === 'makeDirectory' && doing === 'a replacement'))
        if (!failed()) return
        expect(error).to.have.property('code', 'SESSION_STORE_DOWN')
        expect((await openOn(directory).read(key))?.data).to.equal('old data')
        const left = tree(directory)
        expect(left).to.deep.equal(treeOfOnly([key], left))
      })
    }
  }
})
