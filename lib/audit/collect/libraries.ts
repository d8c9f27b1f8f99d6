import type { StoreKind } from '../facts/session.js'

/** How a session library behaves when its options are silent. Read in each library's source. */
export interface SessionLibrary {
  /** Where sessions rest without a `store`. */
  readonly store: 'cookie' | 'memory' | 'redis' | 'mongo' | 'file' | 'sql'
  /** Signs its cookie without being asked. */
  readonly signed: boolean
  /** Where the flags are: in the options themselves, or in `options.cookie`. */
  readonly flags: 'options' | 'cookie'
  /** Options that hold a key, besides `app.keys`. */
  readonly keys?: readonly string[]
  /** The option that names the cookie. */
  readonly name: string
  /** Takes its keys from `app.keys`. */
  readonly usesAppKeys: boolean
  /** Does not start without the app: a single argument is the app. */
  readonly needsApp?: true
  /** Is Koa's: `migrate --write` can put ours in its place. */
  readonly koa: boolean
}

const koa = { signed: true, flags: 'options', name: 'key', usesAppKeys: true, koa: true } as const
const generic = { store: 'memory', signed: true, flags: 'cookie', name: 'key', usesAppKeys: true, koa: true } as const
const express = { signed: true, flags: 'cookie', name: 'name', usesAppKeys: false, koa: false } as const
const sealed = {
  store: 'cookie',
  signed: true,
  flags: 'cookie',
  name: 'cookieName',
  usesAppKeys: false,
  koa: false,
} as const

const libraries: Readonly<Record<string, SessionLibrary>> = {
  'koa-session': { ...koa, store: 'cookie', needsApp: true },
  '@koa/session': { ...koa, store: 'cookie', needsApp: true },
  'koa-session-cookie': { ...koa, store: 'cookie' },
  'koa-cookie-session': { ...koa, store: 'cookie' },
  'koa-session-async': { ...koa, store: 'cookie' },
  'koa-better-session': { ...koa, store: 'memory' },
  'koa-sess': generic,
  'koa-generic-session': generic,
  'koa-generic-sessions': generic,
  'koa-session-store': { ...koa, store: 'cookie' },
  'koa-session-minimal': { ...generic, signed: false, usesAppKeys: false },
  'koa-session2': { ...koa, store: 'memory', signed: false, usesAppKeys: false },
  'koa-session3': { ...koa, store: 'memory', signed: false, usesAppKeys: false },
  'koa-redis-session': { ...koa, store: 'redis' },
  'koa-redis-sessions': { ...koa, store: 'redis' },
  'koa-session-redis': { ...koa, store: 'redis' },
  'koa-session-redis3': { ...koa, store: 'redis' },
  'koa-session-redis-ttl': { ...koa, store: 'redis' },
  'koa-redis-session2': { ...koa, store: 'redis' },
  'koa-shared-session': { ...koa, store: 'file', usesAppKeys: false, keys: ['keys'] },
  'express-session': { ...express, store: 'memory', keys: ['secret'] },
  'cookie-session': { ...express, store: 'cookie', flags: 'options', keys: ['keys', 'secret'] },
  'client-sessions': { ...sealed, keys: ['secret'] },
  'iron-session': { ...sealed, keys: ['password'] },
  'next-session': { ...express, store: 'memory', signed: false },
  'hono-sessions': { ...express, store: 'cookie', flags: 'options', keys: ['encryptionKey'] },
  '@fastify/session': { ...express, store: 'memory', name: 'cookieName', keys: ['secret'] },
  'fastify-session': { ...express, store: 'memory', name: 'cookieName', keys: ['secret'] },
  '@fastify/secure-session': { ...sealed, keys: ['key', 'secret'] },
  'fastify-secure-session': { ...sealed, keys: ['key', 'secret'] },
}

/** Packages that gather others: what they call `session` is this library. */
const gathered: Readonly<Record<string, string>> = {
  'koa-middlewares.session': 'koa-generic-session',
  'koa-middlewares.sess': 'koa-generic-session',
  'iron-session.getIronSession': 'iron-session',
  'iron-session/next.withIronSession': 'iron-session',
  'koa-session.createSession': 'koa-session',
  'koa-shared-session.sharedSession': 'koa-shared-session',
  'koa-session-minimal.session': 'koa-session-minimal',
  '@fastify/session.fastifySession': '@fastify/session',
  'fastify-session.fastifySession': 'fastify-session',
  '@fastify/secure-session.fastifySecureSession': '@fastify/secure-session',
}

/** The library that this call belongs to, by its full name: `koa-session`, `koa-middlewares.session`. */
export function sessionLibrary(
  name: string | undefined,
): { readonly name: string; readonly library: SessionLibrary } | undefined {
  if (name === undefined) return undefined
  const real = gathered[name] ?? name
  const library = libraries[real]
  return library && { name: real, library }
}

export const isSessionLibrary = (name: string): boolean => name in libraries

/** Text that loads one of the libraries. */
export const namesSessionLibrary = new RegExp(`['"\`](${Object.keys(libraries).join('|')})['"\`/]`)

/** The same, or a package that gathers others. */
export const leadsToSession = new RegExp(`${namesSessionLibrary.source}|['"\`]koa-middlewares['"\`]`)

/** Text that a file must hold to mount a session. */
export const mentionsSession = /sess/i

const kinds: readonly (readonly [RegExp, 'memory' | 'redis' | 'mongo' | 'sql' | 'file' | 'custom'])[] = [
  [/redis|valkey|upstash|keydb|dragonfly/i, 'redis'],
  [/mongo|monk$/i, 'mongo'],
  [
    /sequelize|knex|postgres|^pg\b|pg-|mysql|maria|sqlite|sql|typeorm|prisma|objection|bookshelf|drizzle|mikro-orm|waterline|oracle/i,
    'sql',
  ],
  [
    /memorystore|memory-store|MemoryStore|lru|node-cache|memory-cache|koa-session-local|quick-lru|ttlcache|memjs-local/i,
    'memory',
  ],
  [
    /file-store|session-file|filestore|FileStore|^(node:)?fs(\.|\/|$)|fs-extra|graceful-fs|jsonfile|fs-store|nedb|lowdb|level|node-json-db|node-persist|conf$|keyv-file/i,
    'file',
  ],
  [
    /memcache|dynamo|firestore|firebase|couch|cassandra|rethink|arango|cosmos|leancloud|etcd|hazelcast|aws-sdk|@google-cloud/i,
    'custom',
  ],
]

/** What a package, or a class of one, keeps sessions in, by its name. */
export function storeKindOf(name: string): 'memory' | 'redis' | 'mongo' | 'sql' | 'file' | 'custom' | undefined {
  return kinds.find(([pattern]) => pattern.test(name))?.[1]
}

/** Databases in a file that one process locks for itself. */
export const singleProcessDatabase = /nedb|lowdb|node-json-db|\blevel|classic-level/i

/** Whether the processes of one machine see the same sessions. */
export const isShared = (kind: StoreKind): boolean | undefined => (kind === 'unknown' ? undefined : kind !== 'memory')
