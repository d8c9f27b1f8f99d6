import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { fingerprint, type Member, type Origin, silence, type Traits } from '../core/fleet.js'

/** This process, as it enters itself. */
export const origin: Origin = {
  machine: fingerprint(hostname()),
  pid: process.pid,
  born: bornOf(process.pid),
  run: randomBytes(9).toString('base64url'),
}

/** What each open `sharedSession()` of this process has, by the name of its fleet. */
const open = new Map<string, Set<Traits>>()

/** Notes a `sharedSession()` of this process; call what is answered when it closes. */
export function openSide(fleet: string, traits: Traits): () => void {
  const sides = open.get(fleet) ?? new Set()
  open.set(fleet, sides.add(traits))
  return () => sides.delete(traits)
}

/** What the open ones of a fleet have. */
export function openSides(fleet: string): readonly Traits[] {
  return [...(open.get(fleet) ?? [])]
}

/**
 * Whether a member of another name still serves: on this machine, its process lives; on another one, it was heard of
 * lately, and has been heard of again since we first knew it. What a process that has gone leaves behind is no evidence.
 */
export function isThere({ by, sides, seen }: Member, fleet: string, firstSeen: number): boolean {
  if (by.run === origin.run) return openSides(fleet).some(({ keys }) => String(keys) === String(sides[0]?.keys))
  if (by.machine === origin.machine && by.pid !== origin.pid && isAlive(by)) return true
  // Containers may share a machine's name, and not its numbers.
  return seen > firstSeen && Date.now() - seen < silence
}

function isAlive({ pid, born }: Origin): boolean {
  if (born !== bornOf(pid)) return false
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** The 22nd field of Linux's /proc/pid/stat, which stands behind the name in brackets; undefined elsewhere (proc(5)). */
function bornOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}
