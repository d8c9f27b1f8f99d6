/** What can go wrong, and what it is called in the report. */
export const faults = {
  lostUpdate: 'lost updates',
  inexactCounter: 'inexact update() counters',
  lostSession: 'sessions lost',
  resurrection: 'resurrections',
  deadIdReissued: 'dead ids re-issued',
  doubleSession: 'double live sessions',
  leak: 'old ids that see new data',
  wrongUser: 'wrong-user reads',
  tornRecord: 'torn records',
  serverError: '5xx',
} as const

export type Fault = keyof typeof faults

/** Something that went wrong, and all that was done to the session before. */
export interface Finding {
  fault: Fault
  note: string
  user: string
  history: readonly string[]
}

/** Everything that went wrong in a run. */
export class Findings {
  readonly all: Finding[] = []
  /** Requests that were answered. */
  operations = 0

  /** How often each fault occurred. */
  counts(): Record<Fault, number> {
    const names = Object.keys(faults) as Fault[]
    const count = (fault: Fault) => this.all.filter((finding) => finding.fault === fault).length
    return Object.fromEntries(names.map((fault) => [fault, count(fault)])) as Record<Fault, number>
  }

  /** The first findings with the histories of their sessions, and the seed that repeats the run. */
  describe(seed: number): string {
    const counted = Object.entries(this.counts()).filter(([, count]) => count > 0)
    const total = counted.map(([fault, count]) => `${faults[fault as Fault]}: ${count}`).join(', ')
    return [`TORTURE_SEED=${seed}: ${total}`, ...this.all.slice(0, 5).map(describeOne)].join('\n\n')
  }
}

function describeOne({ fault, note, user, history }: Finding): string {
  return [`${faults[fault]}, session of ${user}: ${note}`, ...history.slice(-60).map((line) => `  ${line}`)].join('\n')
}
