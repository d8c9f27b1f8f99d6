import { createSession } from 'koa-session'

/** What works in one process: sessions in its memory. */
export function inMemory(app) {
  // One key for all workers, so that nothing but the store is to blame.
  app.keys = ['only for this example, and no secret']
  const sessions = new Map()
  const store = {
    get: (id) => sessions.get(id),
    set: (id, session) => void sessions.set(id, session),
    destroy: (id) => void sessions.delete(id),
  }
  return createSession({ store, key: 'in-memory' }, app)
}
