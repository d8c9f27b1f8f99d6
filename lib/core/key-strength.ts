import { isPublishedSecret } from './known-secrets.js'

/** The least length of a key in bytes: the output size of SHA-256 (RFC 2104 section 3; OWASP ASVS 11.2.3). */
export const leastKeyBytes = 32

const leastDistinctCharacters = 8
const leastShannonBits = 80

/**
 * What is wrong with a secret key, as the end of "the key …", or undefined when nothing is.
 * Random keys of 32 characters or more in hex or base64 pass, and of 64 digits or more in decimal (of 40 random digits, one
 * in 13,000 holds fewer than 8 different ones); the answer never holds the key.
 */
export function keyWeakness(key: string): string | undefined {
  if (isPublishedSecret(key)) return 'is publicly known: it stands in READMEs and examples, so anybody can sign with it'
  const bytes = Buffer.byteLength(key)
  if (bytes < leastKeyBytes) return `is ${bytes} bytes long; at least ${leastKeyBytes} are needed to resist guessing`
  if (isRegular(key))
    return 'is too regular (few different characters, a repetition, or a sequence), so it can be guessed'
  return undefined
}

function isRegular(key: string): boolean {
  const characters = [...key]
  if (new Set(characters).size < leastDistinctCharacters) return true
  return shannonBits(characters) < leastShannonBits || isRepetition(key) || isSequence(characters)
}

/** Characters times their entropy: an upper bound of what the text can hold. */
function shannonBits(characters: string[]): number {
  const counts = new Map<string, number>()
  for (const character of characters) counts.set(character, (counts.get(character) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= count * Math.log2(count / characters.length)
  return bits
}

/** The text is one shorter text, again and again. */
function isRepetition(key: string): boolean {
  const period = (key + key).indexOf(key, 1)
  return period <= key.length / 2
}

/** Most characters follow from the one before: abcdef, 987654. */
function isSequence(characters: string[]): boolean {
  const codes = characters.map((character) => character.codePointAt(0) ?? 0)
  const steps = codes.slice(1).map((code, index) => code - (codes[index] ?? 0))
  return steps.filter((step) => Math.abs(step) === 1).length > steps.length / 2
}
