import type { Fix, Severity } from '../finding.js'
import type { Topology } from '../topology.js'
import { counted, oneIn } from './places.js'

/** Whether several processes run, now or as the guide is written. */
export const isMany = ({ several, target }: Topology): boolean => several || target.workers > 1 || target.hosts > 1

/** The severity for one process, and for several. */
export const severityFor = (topology: Topology, one: Severity, many: Severity): Severity =>
  isMany(topology) ? many : one

/** All processes of all hosts. */
export const processCount = ({ target }: Topology): number => Math.max(1, target.workers) * Math.max(1, target.hosts)

/** `4 workers`, `8 processes on 2 hosts`. */
export function inProcesses({ target }: Topology): string {
  if (target.hosts > 1) return `${target.workers * target.hosts} processes on ${target.hosts} hosts`
  return counted(target.workers, 'worker')
}

/** What becomes of a login that one process keeps for itself. */
export function lostLogins(topology: Topology): string {
  const count = processCount(topology)
  const restart = 'every restart logs everybody out'
  return count < 2 ? restart : `with ${inProcesses(topology)} a login is seen by ${oneIn(count)}, and ${restart}`
}

/** A change for people to make. */
export const manual: Fix = { grade: 'manual', edits: [] }
