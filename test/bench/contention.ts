import type { RedisTap } from './redis-tap.js'
import { ask, ours, type SessionApp } from './session-apps.js'

/** What it cost that so many requests wrote one session at the same moment. */
export interface Contention {
  readonly writers: number
  /** Instances of the plugin, each with its own store and connection: what processes are to each other. */
  readonly instances: number
  readonly reads: number
  readonly writes: number
  /** Writes that found another one's, and were merged and tried again. */
  readonly conflicts: number
}

/**
 * Lets `writers` requests read one session, waits until all have, and lets all of them write: the worst that can happen.
 * Counted by the server. A script that meets another version fetches it by a GET of its own, so the GETs above one per
 * request are the conflicts.
 */
export async function contend(tap: RedisTap, writers: number, instances: number): Promise<Contention> {
  let arrived = 0
  let open = () => {}
  const all = new Promise<void>((resolve) => {
    open = resolve
  })
  const hold = async () => {
    arrived += 1
    if (arrived === writers) open()
    await all
  }
  const apps = await Promise.all(Array.from({ length: instances }, () => ours(tap.url, hold)))
  try {
    const cookie = await connected(apps)
    const stats = await tap.statsOf(() =>
      Promise.all(
        Array.from({ length: writers }, (_, writer) => ask(appOf(apps, writer), `/write/field${writer}`, cookie)),
      ),
    )
    const { get = 0, evalsha = 0 } = stats
    return { writers, instances, reads: writers, writes: evalsha, conflicts: get - writers }
  } finally {
    await Promise.all(apps.map((app) => app.close()))
  }
}

/** A session's cookie, after every app has used its connection. */
async function connected(apps: readonly SessionApp[]): Promise<string> {
  const cookie = await ask(appOf(apps, 0), '/start')
  for (const app of apps) await ask(app, '/read', cookie)
  return cookie
}

function appOf(apps: readonly SessionApp[], writer: number): SessionApp {
  const app = apps[writer % apps.length]
  if (!app) throw new Error('there is no app')
  return app
}
