export type { Backend } from './core/backend.js'
export { type ErrorCode, SessionError } from './core/errors.js'
export type { Contest, Resolve } from './core/merge.js'
export type { Logger } from './core/option-table.js'
export type { Entry, NewEntry, Store, WriteOutcome } from './core/store.js'
export type { SessionEvent, SessionEventDetail } from './plugin/announce.js'
export { type ExternalStore, externalStore } from './plugin/external-store.js'
export type { Session, SessionData, SessionMembers } from './plugin/session.js'
export {
  type SharedSession,
  type SharedSessionOptions,
  sharedSession,
  sharedSession as default,
} from './plugin/shared-session.js'
export { type FileStoreOptions, fileStore } from './stores/file.js'
export { memoryStore } from './stores/memory.js'
export { type RedisConnection, type RedisStoreOptions, redisStore } from './stores/redis.js'
