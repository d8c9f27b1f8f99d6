import type { Disk } from './disk.js'
import type { Place } from './layout.js'

/** One key's files, and what acts on them. */
export interface Site {
  disk: Disk
  place: Place
  /** A version, or the name of an attempt, that nothing else has. */
  unique(): string
  /** Makes the directory of this key's files, where it is missing. */
  makeShard(): Promise<void>
  /** How old a record that waits must be, in ms, before the clean-up takes it for left over. */
  leftoverAge: number
}

/** Writes a record, complete with its deadline, under the name where it waits. */
export async function stage(site: Site, version: string, bytes: Buffer, deadline: number): Promise<void> {
  const { disk, place } = site
  const path = place.waiting(version)
  let fd = await disk.create(path)
  if (fd === 'missing') {
    await site.makeShard()
    fd = await disk.create(path)
  }
  if (typeof fd !== 'number') throw new Error(`A new file was ${fd}.`)
  try {
    await fill(disk, fd, bytes, deadline)
  } catch (error) {
    await disk.unlink(path)
    throw error
  }
}

/** Takes away a record that no claim names. False where it is not there any more. */
export async function unstage({ disk, place }: Site, version: string): Promise<boolean> {
  return (await disk.unlink(place.waiting(version))) || disk.unlink(place.aside(version))
}

/** Runs what gives a staged record its second name, and takes the record away where that fails. */
export async function orUnstage<T>(site: Site, version: string, link: () => Promise<T>): Promise<T> {
  try {
    return await link()
  } catch (error) {
    const { disk, place } = site
    // With a second name all the same, a claim may have been decided for it, and has to find it.
    const stats = await disk.look(place.waiting(version)).catch(() => undefined)
    if (stats?.nlink === 1) await unstage(site, version).catch(() => {})
    throw error
  }
}

/**
 * Makes the record that waits the session itself. A version is staged once and this uses its file up, so it happens at
 * most once however many try, however late. False where somebody else has done it.
 */
export async function publish({ disk, place }: Site, version: string): Promise<boolean> {
  return (await disk.rename(place.waiting(version), place.current)) || disk.rename(place.aside(version), place.current)
}

/**
 * Moves a directory out of the session's place: no file can be renamed over it. It keeps what is in it. Renamed over a
 * directory, so that a session which takes its place meanwhile is not moved.
 */
export async function displace(site: Site): Promise<void> {
  const { disk, place } = site
  const foreign = place.foreign(site.unique())
  await disk.makeDirectory(foreign)
  await disk.renameDirectory(place.current, foreign)
  await disk.removeDirectory(foreign)
}

async function fill(disk: Disk, fd: number, bytes: Buffer, deadline: number): Promise<void> {
  try {
    await disk.write(fd, bytes)
    await disk.setDeadline(fd, deadline)
  } finally {
    await disk.close(fd)
  }
}
