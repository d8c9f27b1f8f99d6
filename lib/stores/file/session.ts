import type { Entry, NewEntry, WriteOutcome } from '../../core/store.js'
import { type ClaimOutcome, claim } from './claim.js'
import { closeExits, leave } from './exit.js'
import { deadlineOf, glance, headOf } from './glance.js'
import { encodeEnded, encodeSession } from './record.js'
import { displace, orUnstage, type Site, stage, unstage } from './site.js'

/** The live entry, or why there is none. An expired one is ended on the way. */
export async function read(site: Site): Promise<Entry | 'absent' | 'dead'> {
  const found = await glance(site.disk, site.place.current)
  if (found.state === 'live') return found.entry
  if (found.state === 'absent') return 'absent'
  // The answer is known: a disk that refuses the clean-up changes nothing about it.
  if (found.state === 'expired') await end(site, found.version).catch(ignore)
  return 'dead'
}

/** Replaces the session while its version is `seen`. A deadline that has passed ends it. */
export async function replace(site: Site, entry: NewEntry, seen: string): Promise<WriteOutcome> {
  return persist(async () => {
    const now = Date.now()
    const stats = await site.disk.lookAgain(site.place.current)
    if (!stats || deadlineOf(stats) <= now) return { gone: true }
    const lapsed = entry.expires <= now
    const next = lapsed ? site.unique() : await stageSession(site, entry)
    const outcome = await (lapsed ? end(site, seen, next) : claim(site, seen, next))
    if (outcome === 'won') return { written: next }
    return outcome === 'lost' ? standing(site) : undefined
  })
}

/** What a write meets that cannot win: the live entry, or nothing. */
export async function standing(site: Site): Promise<WriteOutcome> {
  const found = await glance(site.disk, site.place.current)
  return found.state === 'live' ? { conflict: found.entry } : { gone: true }
}

/** Creates the session, also in the place of one that has expired or cannot be read. */
export async function create(site: Site, entry: NewEntry): Promise<WriteOutcome> {
  return persist(async () => {
    const { disk, place } = site
    const next = await stageSession(site, entry)
    // Before, so that nobody who wakes late takes what others see already; after, so that what is answered is there.
    const linked = await orUnstage(site, next, async () => {
      await closeExits(site)
      return disk.link(place.waiting(next), place.current)
    })
    if (linked === 'taken') return createOver(site, next)
    await unstage(site, next)
    if (linked === 'missing' || (await closeExits(site, next))) return undefined
    return { written: next }
  })
}

/** Moves the deadline on the open file: data and version stay what they are. */
export async function touch({ disk, place }: Site, expires: number, seen: string): Promise<boolean | 'absent'> {
  const now = Date.now()
  const fd = await disk.open(place.current)
  if (typeof fd !== 'number') return fd === 'missing' ? 'absent' : false
  try {
    const stats = await disk.stats(fd)
    const before = deadlineOf(stats)
    const head = stats.isFile() ? await headOf(disk, fd) : undefined
    if (before <= now || head?.version !== seen || head.ended) return false
    await disk.setDeadline(fd, expires)
    // While the old deadline lasts, nobody has taken the session for expired: they read the clock before the file.
    return Date.now() < before
  } finally {
    await disk.close(fd)
  }
}

/** Ends the session, whatever its version. False where there was none. */
export async function remove(site: Site): Promise<boolean> {
  return persist(async () => {
    const found = await glance(site.disk, site.place.current)
    if (found.state === 'absent') return false
    if (found.state === 'unreadable' && found.isDirectory) {
      await displace(site)
      return undefined
    }
    if (found.state !== 'ended') return (await end(site, found.version)) === 'won' ? true : undefined
    await leave(site, found.version)
    return true
  })
}

/** Ends what has expired, or is the rest of an end. True when this call ended a session. */
export async function endExpired(site: Site): Promise<boolean> {
  const found = await glance(site.disk, site.place.current)
  if (found.state === 'ended') await leave(site, found.version)
  // Not one of ours, for a publication is whole or not at all; it is in the way of a session that may come.
  if (found.state === 'unreadable') await end(site, found.version)
  return found.state === 'expired' && (await end(site, found.version)) === 'won'
}

/** Ends the session while its version is `seen`: a mark follows it, and is taken away. */
async function end(site: Site, seen: string, mark = site.unique()): Promise<ClaimOutcome> {
  await stage(site, mark, encodeEnded(mark), 0)
  const outcome = await claim(site, seen, mark)
  if (outcome === 'won') await leave(site, mark)
  return outcome
}

async function createOver(site: Site, next: string): Promise<WriteOutcome | undefined> {
  const found = await glance(site.disk, site.place.current)
  const isDirectory = found.state === 'unreadable' && found.isDirectory
  if (found.state === 'expired' || (found.state === 'unreadable' && !isDirectory)) {
    return (await claim(site, found.version, next)) === 'won' ? { written: next } : undefined
  }
  await unstage(site, next)
  if (found.state === 'live') return { conflict: found.entry }
  if (found.state === 'ended') await leave(site, found.version)
  if (isDirectory) await displace(site)
  return undefined
}

async function stageSession(site: Site, { data, expires }: NewEntry): Promise<string> {
  const version = site.unique()
  await stage(site, version, encodeSession(version, data), expires)
  return version
}

/** Tries until there is an answer. Each round is lost to another process that got on, so the bound is never met by chance. */
async function persist<T>(attempt: () => Promise<T | undefined>): Promise<T> {
  for (let round = 0; round < 1000; round++) {
    const answer = await attempt()
    if (answer !== undefined) return answer
  }
  throw new Error('Its file was different at each of 1000 attempts: something other than this package writes there.')
}

function ignore(): void {}
