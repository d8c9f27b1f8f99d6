// The little that is used of packages that come without types.

declare module 'koa-redis' {
  interface KoaRedis {
    get(key: string): Promise<object | null>
    set(key: string, session: object, maxAge?: number): Promise<void>
    destroy(key: string): Promise<void>
  }
  export default function redisStore(options: { url: string }): KoaRedis
}

declare module 'koa-generic-session' {
  import type { Middleware } from 'koa'
  export default function session(options: { store: object; rolling: boolean }): Middleware
}

declare module 'express-session' {
  import type { RequestHandler } from 'express'

  type Done = (error?: unknown) => void
  export interface ExpressSession {
    destroy(done: Done): void
    regenerate(done: Done): void
  }
  export interface SessionData {
    cookie: object
  }
  export class Store {
    get(id: string, done: (error: unknown, session?: SessionData) => void): unknown
    set(id: string, session: SessionData, done?: Done): unknown
    destroy(id: string, done?: Done): unknown
  }
  export type ExpressStore = Store
  export default function session(options: {
    store: Store
    secret: string
    resave: boolean
    saveUninitialized: boolean
    rolling: boolean
  }): RequestHandler
}

declare module 'session-file-store' {
  import type { Store } from 'express-session'

  type FileStore = new (options: { path: string; logFn: () => void }) => Store
  export default function fileStore(session: unknown): FileStore
}
