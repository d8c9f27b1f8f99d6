import { help } from './claim.js'
import { closeExit } from './exit.js'
import { deadlineOf } from './glance.js'
import { type Found, recognise, recogniseExit } from './layout.js'
import { endExpired } from './session.js'
import type { Site } from './site.js'

/** What a clean-up did. */
export interface Cleaned {
  /** Sessions that this clean-up ended, each counted by one process only. */
  removed: number
  /** Sessions that are left. */
  live: number
}

/** What a clean-up works on. */
export interface Grounds {
  /** The names of the shards that exist. */
  shards(): Promise<string[]>
  /** The files of a name; of a shard's name, that shard. */
  site(name: string): Site
  /** The file system's own time in ms, by which the age of leftovers is judged: its clock need not be ours. */
  time(): Promise<number>
  /** Takes away what trials of the disk have left. */
  takeProbes(now: number): Promise<void>
  /** Asked between batches; false ends the clean-up early. */
  goOn(): Promise<boolean>
}

// As many as the thread pool has threads by default: more would keep requests waiting behind them.
const together = 4

/** How many sessions there are, by their names only. */
export async function countSessions({
  shards,
  site,
  goOn,
}: Pick<Grounds, 'shards' | 'site' | 'goOn'>): Promise<number> {
  let count = 0
  for (const shard of await shards()) {
    if (!(await goOn())) break
    const { disk, place } = site(shard)
    const files = await disk.list(place.shard)
    count += files.filter((file) => recognise(file)?.kind === 'session').length
  }
  return count
}

/**
 * Ends what has expired and takes away what killed processes left behind. Live sessions cost one `lstat` each and are
 * never opened. What fails is passed over, so that one bad file cannot keep the rest; the first failure is thrown at the
 * end.
 */
export async function cleanUp(grounds: Grounds): Promise<Cleaned> {
  const { shards, site, goOn } = grounds
  const sum: Cleaned = { removed: 0, live: 0 }
  const failures: unknown[] = []
  const inBatches = async <T>(items: T[], run: (item: T) => Promise<void>) => {
    for (let start = 0; start < items.length && (await goOn()); start += together) {
      const batch = items.slice(start, start + together)
      await Promise.all(batch.map((item) => run(item).catch((error) => void failures.push(error))))
    }
  }
  const probes = async () => grounds.takeProbes(await grounds.time())
  await inBatches([probes], (take) => take())
  for (const shard of await shards()) {
    if (!(await goOn())) break
    const { disk, place } = site(shard)
    const found = (await disk.list(place.shard)).flatMap((file) => recognise(file) ?? [])
    const of = (...kinds: Found['kind'][]) => found.filter(({ kind }) => kinds.includes(kind))
    const now = await grounds.time()
    // Claims first: a record that waits may be what one of them has decided.
    await inBatches(of('next'), ({ name, version }) => help(site(name), version))
    await inBatches(of('tmp', 'old'), (leftover) => takeLeftover(site(leftover.name), leftover, now))
    await inBatches(of('session'), async ({ name }) => count(sum, await judgeSession(site(name))))
    await inBatches(await disk.list(place.exits), (exit) => takeExit(grounds, exit, now))
  }
  if (failures.length > 0) throw failures[0]
  return sum
}

function count(sum: Cleaned, judged: 'removed' | 'live' | 'neither'): void {
  if (judged !== 'neither') sum[judged]++
}

async function judgeSession(site: Site): Promise<'removed' | 'live' | 'neither'> {
  // The clock is read before the file. See `touch`, which reads it after.
  const now = Date.now()
  const stats = await site.disk.look(site.place.current)
  if (!stats || stats.isDirectory()) return 'neither'
  if (stats.isFile() && deadlineOf(stats) > now) return 'live'
  return (await endExpired(site)) ? 'removed' : 'neither'
}

/**
 * Takes a record that has waited too long. It is set aside first: from then on it cannot be claimed, so that if it has no
 * second name it never will; if it has one, a claim may have decided for it, and it stays where helpers look too.
 */
async function takeLeftover(site: Site, { kind, version }: Found, now: number): Promise<void> {
  const { disk, place, leftoverAge } = site
  const stats = await disk.look(kind === 'tmp' ? place.waiting(version) : place.aside(version))
  if (!stats || now - stats.ctimeMs < leftoverAge) return
  if (kind === 'tmp' && !(await disk.rename(place.waiting(version), place.aside(version)))) return
  const aside = await disk.look(place.aside(version))
  if (!aside) return
  // Created, and killed before its first name was taken away.
  const isCurrent = (await disk.look(place.current))?.ino === aside.ino
  if (aside.nlink === 1 || isCurrent) await disk.unlink(place.aside(version))
}

async function takeExit({ site }: Grounds, directory: string, now: number): Promise<void> {
  const found = recogniseExit(directory)
  if (!found) return
  const owner = site(found.name)
  const { disk, place, leftoverAge } = owner
  const stats = await disk.look(place.exit(found.nonce))
  if (!stats || now - stats.ctimeMs < leftoverAge) return
  await disk.unlink(place.left(found.nonce))
  await closeExit(owner, found.nonce)
}
