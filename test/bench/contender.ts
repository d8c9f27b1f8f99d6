import type { RequestListener } from 'node:http'

export type Fields = Record<string, unknown>

/** What a session costs is measured on these frameworks, each beside itself without sessions. */
export type Framework = 'koa' | 'express' | 'fastify' | 'hono'

/** Where a contender's sessions rest; `none`: it has none. */
export type Rest = 'redis' | 'files' | 'memory' | 'cookie' | 'none'

/** Where sessions of a run rest. */
export interface Place {
  /** The address of a Redis that nobody else uses. */
  readonly redis: string
  /** A directory of this contender alone. */
  readonly directory: string
}

/** What the app does with its session at a path, and the response's body. The same for all. */
export type Respond = (path: string, session: () => Fields) => string

/** A set-up that is measured. */
export interface Contender {
  readonly name: string
  /** The address of the module that exports it, so that its process loads nothing of the others. */
  readonly module: string
  readonly framework: Framework
  readonly store: Rest
  /** The packages whose versions matter. */
  readonly packages: readonly string[]
  mount(place: Place, respond: Respond): Promise<RequestListener>
  readonly stock?: Stock
}

/** Puts sessions straight into a contender's store. `expires`: ms since the epoch; without it they live on. */
export type Stock = (
  place: Place,
  sessions: { readonly ids: readonly string[]; readonly fields: Fields; readonly expires?: number },
) => Promise<void>

/** Signs the cookies of every contender: long and random, as all of them ask for. */
export const secret = 'h3Vd0uQ7mXwEr9Ys2KpLzB6tNc1GfAj8oWiTbU5eRkM'

/** What the app finds where there are no sessions. */
export const bareFields = (): Fields => ({ user: 'ada.lovelace@example.org' })

/** How long every contender's sessions live: a day, in ms. */
export const lifetime = 86_400_000

const together = 64

/** Does the work for every item, some at once. */
export async function inBatches<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < items.length; start += together)
    await Promise.all(items.slice(start, start + together).map(work))
}
