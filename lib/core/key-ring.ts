import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'

/** Ours by the newest key, ours by an older one, or not ours. */
export type Verdict = 'current' | 'older' | 'foreign'

/** Signs with the newest key and verifies with all of them. */
export interface KeyRing {
  /** The keys, newest first: what `app.keys` takes. Never to be printed. */
  readonly keys: readonly string[]
  /** HMAC-SHA-256 (RFC 2104, FIPS 180-4) over cookie name and value, base64url without padding: 43 characters. */
  sign(name: string, value: string): string
  /** Compares in constant time; every character of name, value and signature counts. */
  verify(name: string, value: string, signature: string): Verdict
}

/** Length of a signature in characters. */
export const signatureLength = 43

/** A ring of the given keys, newest first. */
export function createKeyRing(keys: readonly string[]): KeyRing {
  const secrets = keys.map((key) => createSecretKey(key, 'utf8'))
  const [newest] = secrets
  if (!newest) throw new TypeError('a key ring needs at least one key')
  return {
    keys: [...keys],
    sign: (name, value) => mac(newest, name, value),
    verify(name, value, signature) {
      if (signature.length !== signatureLength) return 'foreign'
      const match = secrets.findIndex((secret) => equals(mac(secret, name, value), signature))
      if (match === -1) return 'foreign'
      return match === 0 ? 'current' : 'older'
    },
  }
}

// The first line keeps these signatures apart from anything else an app signs with the same key.
function mac(secret: KeyObject, name: string, value: string): string {
  return createHmac('sha256', secret).update(`koa-shared-session\n${name}\n${value}`).digest('base64url')
}

function equals(expected: string, given: string): boolean {
  const bytes = Buffer.from(given)
  return bytes.length === expected.length && timingSafeEqual(Buffer.from(expected), bytes)
}
