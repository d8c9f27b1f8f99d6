import { realDisk } from './disk.js'
import { deadlineOf } from './glance.js'
import { isShard, Place, recognise } from './layout.js'

/** How many sessions a directory holds. */
export interface Census {
  readonly live: number
  readonly expired: number
  /** False: the time was over before all were looked at. */
  readonly all: boolean
}

const together = 64

/** Counts the sessions of a directory by what their files say from outside, while `goOn` says so. `directory` is absolute. */
export async function countRecords(directory: string, goOn: () => boolean): Promise<Census> {
  const counted = { live: 0, expired: 0 }
  for (const shard of (await realDisk.list(directory)).filter(isShard)) {
    const files = (await realDisk.list(new Place(directory, shard).shard)).filter(
      (file) => recognise(file)?.kind === 'session',
    )
    for (let at = 0; at < files.length; at += together) {
      if (!goOn()) return { ...counted, all: false }
      const batch = files.slice(at, at + together).map((name) => realDisk.look(new Place(directory, name).current))
      for (const stats of await Promise.all(batch))
        if (stats?.isFile()) counted[deadlineOf(stats) > Date.now() ? 'live' : 'expired'] += 1
    }
  }
  return { ...counted, all: true }
}
