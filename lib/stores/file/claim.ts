import { leave } from './exit.js'
import { headAt, versionAt } from './glance.js'
import { orUnstage, publish, type Site, unstage } from './site.js'

/** Won: the record is, or was, the session. Lost: the version was no longer current. Again: the record was cleaned up. */
export type ClaimOutcome = 'won' | 'lost' | 'again'

/**
 * Compare-and-set: makes the staged record `next` the session, if the session's version is `seen`. Uses the staged record
 * up, whatever the outcome.
 *
 * The claim on a version is one file name, so that one record at most can follow a version: whoever links its record
 * there first, while the version is current, has decided what comes next. Everybody who meets the claim can carry it
 * out. A claim is taken away only by those who have seen that its version is current no more, and versions never come
 * back; so a claim that was late, by a process that slept, decides nothing.
 *
 * @throws Error when the process slept so long that the clean-up may have taken its record, and what became of it cannot
 * be known.
 */
export async function claim(site: Site, seen: string, next: string): Promise<ClaimOutcome> {
  const { disk, place } = site
  const watch = stopwatch()
  const linked = await orUnstage(site, next, () => disk.link(place.waiting(next), place.claim(seen)))
  if (linked === 'missing') return unstageAfter(site, next, 'again')
  if (linked === 'taken') {
    await help(site, seen)
    return unstageAfter(site, next, 'lost')
  }
  const outcome = await carryOut(site, seen, next, watch)
  await disk.unlink(place.claim(seen))
  return outcome
}

/** Carries out the claim that somebody else has on `version`, if it has been decided, and takes the claim away. */
export async function help(site: Site, version: string): Promise<void> {
  const { disk, place } = site
  // In this order: a claim that was there while its version was still current is the one that counts.
  const next = await headAt(disk, place.claim(version))
  if (next === undefined) return
  const decided = (await versionAt(disk, place.current)) === version
  // A claim is linked when it is complete: one that cannot be read is from a power cut or a stranger, and names nobody.
  if (decided && next !== 'unreadable') await publish(site, next.version)
  await disk.unlink(place.claim(version))
  if (decided && next !== 'unreadable' && next.ended) await leave(site, next.version)
}

async function carryOut(site: Site, seen: string, next: string, watch: () => number): Promise<ClaimOutcome> {
  const { disk, place, leftoverAge } = site
  if ((await versionAt(disk, place.current)) === seen) {
    await publish(site, next)
    return 'won'
  }
  // Either the claim was late, or it was in time and somebody has helped: then the record has been used up.
  if (await unstage(site, next)) return 'lost'
  // The clean-up could have taken it too, but not before it was old.
  if (watch() < leftoverAge / 2) return 'won'
  if ((await versionAt(disk, place.current)) === next) return 'won'
  throw new Error(
    'The process slept while it wrote, and what became of the write cannot be known. The next read tells.',
  )
}

async function unstageAfter(site: Site, version: string, outcome: ClaimOutcome): Promise<ClaimOutcome> {
  await unstage(site, version)
  return outcome
}

/** Milliseconds since it was made: the longer of both clocks, since each can miss something, a set clock or a sleep. */
function stopwatch(): () => number {
  const [steady, wall] = [performance.now(), Date.now()]
  return () => Math.max(performance.now() - steady, Date.now() - wall)
}
