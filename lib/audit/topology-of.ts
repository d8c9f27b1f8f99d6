import type { Facts } from './facts.js'
import type { Topology } from './topology.js'

export function topologyOf(
  facts: Facts,
  {
    workers,
    hosts,
    store,
  }: { workers?: number | 'auto' | undefined; hosts?: number | undefined; store?: 'redis' | 'file' | undefined },
): Topology {
  return {
    now: {
      kind: facts.processes[0]?.kind ?? 'single',
      count: facts.processes[0]?.count ?? 1,
      evidence: facts.processes,
    },
    target: { workers: typeof workers === 'number' ? workers : 4, hosts: hosts ?? 1 },
    several: facts.processes.some(({ count }) => count !== 1),
    needsRedis: false,
    store: store ?? 'file',
  }
}
