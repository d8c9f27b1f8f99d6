import { headAt, versionAt } from './glance.js'
import type { Site } from './site.js'

/**
 * Takes the mark of an ended session away, so that its name is free. POSIX cannot remove a name only while it means a
 * certain file: a process that slept between looking and removing would remove a session made since. So the mark leaves
 * through an exit: a directory of its own, made before looking, into which it is renamed. Whoever creates a session
 * closes the exits that stand open for its name (`closeExits`), and a rename into a directory that is gone does nothing.
 */
export async function leave(site: Site, ended: string): Promise<void> {
  const { disk, place } = site
  const nonce = site.unique()
  if (!(await openExit(site, nonce))) return
  if ((await versionAt(disk, place.current)) === ended && (await disk.rename(place.current, place.left(nonce)))) {
    const left = await headAt(disk, place.left(nonce))
    // A new session, not yet answered to its creator, who finds it here and makes another.
    if (left !== undefined && left !== 'unreadable' && !left.ended) return
    await disk.unlink(place.left(nonce))
  }
  await disk.removeDirectory(place.exit(nonce))
}

/**
 * Closes every exit that stands open for this name. After that, only exits opened later exist, and those look again
 * before they take. True when the session `created` had gone through one already: then it has to be created anew.
 */
export async function closeExits(site: Site, created?: string): Promise<boolean> {
  const { disk, place } = site
  let taken = false
  for (const directory of await disk.list(place.exits)) {
    if (!directory.startsWith(`${place.name}.`)) continue
    const nonce = directory.slice(place.name.length + 1)
    if (await closeExit(site, nonce, created)) taken = true
  }
  return taken
}

/**
 * Closes one exit; true when `created` had gone through it. One that holds somebody else's new session has been used,
 * so it does no more harm, and stays for that session's creator to find.
 */
export async function closeExit({ disk, place }: Site, nonce: string, created?: string): Promise<boolean> {
  while (!(await disk.removeDirectory(place.exit(nonce)))) {
    const left = await headAt(disk, place.left(nonce))
    const session = left !== undefined && left !== 'unreadable' && !left.ended
    if (session && left.version !== created) return false
    await disk.unlink(place.left(nonce))
    if (!session) continue
    await disk.removeDirectory(place.exit(nonce))
    return true
  }
  return false
}

async function openExit({ disk, place }: Site, nonce: string): Promise<boolean> {
  const made = await disk.makeDirectory(place.exit(nonce))
  if (made !== 'missing') return true
  await disk.makeDirectory(place.exits)
  return (await disk.makeDirectory(place.exit(nonce))) === 'done'
}
