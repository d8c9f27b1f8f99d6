import { randomBytes } from 'node:crypto'

/** How many characters a version has. */
export const versionLength = 25

/** The shape of a version, as a regular expression's source: 16 random characters, a dot, a count. */
export const versionPattern = '[A-Za-z0-9_-]{16}\\.[0-9a-z]{8}'

/**
 * A source of versions: each answer is new, and no other source, in this process or another, gives it.
 * 96 random bits keep sources apart; the count keeps the answers of one apart.
 */
export function versionSource(): () => string {
  const source = randomBytes(12).toString('base64url')
  let count = 0
  return () => `${source}.${(count++).toString(36).padStart(8, '0')}`
}
