import { randomBytes } from 'node:crypto'
import { access, constants, lstat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { LiveDirectory } from '../../audit/live/live-facts.js'
import type { NotLooked } from '../../audit/project/project.js'
import { TimedOut, TimeLimit } from '../../plugin/time-limit.js'
import { countRecords } from '../../stores/file/census.js'
import { realDisk } from '../../stores/file/disk.js'
import { Ground } from '../../stores/file/ground.js'
import { refuseUnsafe } from '../../stores/private-directory.js'
import { fileSystemOf } from './file-system.js'
import { limits } from './limits.js'
import type { Probed } from './redis-probe.js'

/** Looks at a session directory as the app does when it starts, and makes none where none is. A disk may hang. */
export async function probeDirectory(path: string, threshold: number): Promise<Probed<LiveDirectory>> {
  try {
    return await new TimeLimit(limits.directory).within(inspect(path, threshold))
  } catch (error) {
    if (!(error instanceof TimedOut)) throw error
    const unknown = { fileSystem: null, free: null, sessions: null, expired: null, countedAll: true, threshold }
    const said = `its disk did not answer within ${limits.directory} ms`
    return { found: { path, state: 'unwritable', said, ...unknown }, notLooked: [] }
  }
}

async function inspect(path: string, threshold: number): Promise<Probed<LiveDirectory>> {
  const notLooked: NotLooked[] = []
  const judged = await judge(path)
  const place = judged.state === 'absent' ? await nearest(dirname(path)) : path
  const disk = await statfs(place).catch(() => undefined)
  const fileSystem = disk ? fileSystemOf(disk.type) : null
  if (disk === undefined || fileSystem === null)
    notLooked.push({ what: 'the file system of the session directory', why: 'the system does not tell which it is' })
  const census = judged.state === 'private' ? await count(path, notLooked) : undefined
  const found = {
    path,
    ...judged,
    fileSystem,
    free: disk && disk.blocks > 0 ? Math.round((disk.bavail / disk.blocks) * 1000) / 1000 : null,
    sessions: census?.live ?? null,
    expired: census?.expired ?? null,
    countedAll: census?.all ?? true,
    threshold,
  }
  return { found, notLooked }
}

async function count(path: string, notLooked: NotLooked[]) {
  const end = performance.now() + limits.counting
  try {
    return await countRecords(path, () => performance.now() < end)
  } catch (error) {
    notLooked.push({ what: 'the sessions in the directory', why: wordsOf(error) })
    return undefined
  }
}

async function judge(path: string): Promise<Pick<LiveDirectory, 'state' | 'said'>> {
  const stats = await lstat(path).catch((error: NodeJS.ErrnoException) => error)
  if (stats instanceof Error) {
    if (stats.code !== 'ENOENT') return { state: 'unwritable', said: wordsOf(stats) }
    return await canMake(path)
  }
  try {
    refuseUnsafe(path, stats)
  } catch (error) {
    return { state: 'unsafe', said: error instanceof Error ? error.message : String(error) }
  }
  try {
    await new Ground(realDisk, path).prove(randomBytes(12).toString('hex'))
    return { state: 'private', said: null }
  } catch (error) {
    return { state: 'unwritable', said: wordsOf(error) }
  }
}

async function canMake(path: string): Promise<Pick<LiveDirectory, 'state' | 'said'>> {
  const above = await nearest(dirname(path))
  try {
    await access(above, constants.W_OK | constants.X_OK)
    return { state: 'absent', said: null }
  } catch (error) {
    return { state: 'unwritable', said: `it is not there, and cannot be made: ${wordsOf(error)}` }
  }
}

/** The deepest directory above that exists. */
async function nearest(path: string): Promise<string> {
  const exists = await lstat(path).then(
    () => true,
    () => false,
  )
  return exists || dirname(path) === path ? path : nearest(dirname(path))
}

const wordsOf = (error: unknown) => (error instanceof Error ? error.message : String(error)).replace(/\.$/, '')
