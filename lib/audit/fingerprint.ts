import { createHash } from 'node:crypto'

/**
 * `kss/v1`: what stays the same when lines move. From the rule, the file, the evidence without white space, and which
 * of several equal ones it is. The evidence is masked before, so that no digest of a secret leaves.
 */
export function fingerprint(rule: string, file: string, evidence: string, nth: number): string {
  const words = [rule, file, evidence.replace(/\s+/g, ''), String(nth)]
  return createHash('sha256').update(words.join('\0')).digest('hex').slice(0, 16)
}
