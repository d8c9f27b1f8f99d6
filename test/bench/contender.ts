import type { RequestListener } from 'node:http'

export type Fields = Record<string, unknown>

/** What a session costs is measured on these frameworks, each beside itself without sessions. */
export type Framework = 'koa' | 'express' | 'fastify' | 'hono'

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
  readonly framework: Framework
  readonly store: 'redis' | 'files' | 'cookie' | 'none'
  /** The packages whose versions matter. */
  readonly packages: readonly string[]
  mount(place: Place, respond: Respond): Promise<RequestListener>
}

/** Signs the cookies of every contender: long and random, as all of them ask for. */
export const secret = 'h3Vd0uQ7mXwEr9Ys2KpLzB6tNc1GfAj8oWiTbU5eRkM'
