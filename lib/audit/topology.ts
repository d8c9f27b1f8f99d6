import type { HostsFact, ProcessFact } from './facts/deployment.js'

/** How many processes run now, and how many are to run. Severity depends on it. */
export interface Topology {
  /** What the deployment files say about production. */
  readonly now: {
    readonly kind: ProcessFact['kind']
    readonly count: number | 'cpus' | null
    readonly evidence: readonly ProcessFact[]
  }
  /** What the guide is written for. */
  readonly target: { readonly workers: number; readonly hosts: number }
  /** What lets more hosts run than today's: the guide is written for as many as it allows. */
  readonly grows?: HostsFact | undefined
  /** Whether several processes run today: a fault that shows, not one that waits. */
  readonly several: boolean
  /** The disk is gone with the container, or several machines run: files cannot be shared. */
  readonly needsRedis: boolean
  /** What the guide proposes as the store. */
  readonly store: 'redis' | 'file'
}
