/** Calls whose answer is another in each process. */
const random = new Set(
  `crypto.randomBytes crypto.randomUUID crypto.randomInt crypto.getRandomValues crypto.generateKeySync crypto.generateKeyPairSync
  crypto.webcrypto.getRandomValues crypto.pseudoRandomBytes Math.random Date.now process.pid process.hrtime process.hrtime.bigint os.hostname performance.now
  nanoid nanoid.nanoid uuid.v1 uuid.v4 uuid.v7 uuid uuid/v1 uuid/v4 node-uuid.v1 node-uuid.v4 uid-safe uid-safe.sync randomstring.generate shortid.generate
  crypto-random-string uid2 ulid ulid.ulid cuid secure-random randombytes hat`.split(/\s+/),
)

/** The well-known name of a call that answers something random or per process, or undefined. */
export function randomSource(name: string | undefined): string | undefined {
  if (name === undefined) return undefined
  const bare = name.replace(/^node:/, '').replace(/^globalThis\./, '')
  return random.has(bare) ? bare.replace(/^crypto\./, '') : undefined
}
