import type { RequestListener } from 'node:http'

export type Fields = Record<string, unknown>

/** How the workers are to run. */
export interface Setting {
  peer: string
  rolling: boolean
  /** The address of a Redis server. */
  redis: string
  /** An empty directory. */
  directory: string
}

/** The session of one request, whatever the library calls it. */
export interface PeerSession {
  get(name: string): unknown
  set(name: string, value: unknown): void
  delete(name: string): void
  /** The fields of the app. */
  all(): Fields
  logout(): void | Promise<void>
  /** A new id, the user stays logged in. */
  regenerate(): Promise<void>
  /** Only ours offers these. */
  update?(change: (fields: Fields) => void): Promise<void>
  save?(): Promise<void>
}

/** What the app of a worker does with one request: the body of its response. */
export type Respond = (url: string, session: PeerSession) => Promise<string>

/** A session library with a store, mounted as its README recommends. */
export interface Peer {
  name: string
  /** The npm packages whose versions matter. */
  packages: readonly string[]
  store: 'redis' | 'files'
  /** The options that were set, for readers of the table. */
  options: string
  /** An app that answers every request with `respond`. */
  mount(setting: Setting, respond: Respond): Promise<RequestListener>
}
