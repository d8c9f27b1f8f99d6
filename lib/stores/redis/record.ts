import type { Entry, NewEntry } from '../../core/store.js'
import { versionLength, versionPattern } from '../version.js'

const deadlineLength = 13
const latestDeadline = 10 ** deadlineLength - 1

/** Bytes, and characters, before the data: the deadline in milliseconds and the version, all ASCII. */
export const headerLength = deadlineLength + versionLength

const header = new RegExp(`^([0-9]{${deadlineLength}})(${versionPattern})`)

/** A deadline as it is stored: whole milliseconds since the epoch in 13 digits. Whatever is not after the epoch is the epoch. */
export function deadlineText(expires: number): string {
  const whole = expires > 0 ? Math.min(Math.floor(expires), latestDeadline) : 0
  return String(whole).padStart(deadlineLength, '0')
}

/** The value of one Redis key: deadline, version, data. */
export function encode({ data, expires }: NewEntry, version: string): string {
  return deadlineText(expires) + version + data
}

/** The entry in a Redis value, expired or not. A value that no store of this kind wrote answers undefined. */
export function decode(value: string): Entry | undefined {
  const [, deadline, version] = header.exec(value) ?? []
  if (deadline === undefined || version === undefined) return undefined
  return { data: value.slice(headerLength), version, expires: Number(deadline) }
}
