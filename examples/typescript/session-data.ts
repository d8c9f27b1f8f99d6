/** What sessions of this app hold. Every field may be missing: every session begins empty. */
declare module 'koa-shared-session' {
  interface SessionData {
    user: { name: string; role: 'reader' | 'editor' }
    visits: number
  }
}

// Makes this file a module, so that the declaration above adds to the package's own.
export {}
