import { hash, randomBytes } from 'node:crypto'

/** 32 random bytes in base64url: 43 characters (OWASP ASVS 7.2.3 asks for 16 bytes). */
export function newSessionId(): string {
  return randomBytes(32).toString('base64url')
}

const shape = /^[A-Za-z0-9_-]{43}$/

/** Whether a text could be one of our ids: nothing else is ever hashed or looked up. */
export function isSessionId(text: string): boolean {
  return shape.test(text)
}

/** A storage key that no session has, to find out whether a store answers. */
export function strangerKey(): string {
  return storageKey(newSessionId())
}

/** What stores see instead of the id: its SHA-256, so that a stolen store holds no usable cookie (OWASP ASVS 14.2.4). */
export function storageKey(id: string): string {
  return hash('sha256', id, 'base64url')
}
