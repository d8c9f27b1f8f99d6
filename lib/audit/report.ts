import type { CookieFact, ProcessKind, SecretKind, StoreKind, When } from './facts.js'
import type { Confidence, FixGrade, Severity, StepName } from './finding.js'
import type { NotLooked } from './project/project.js'

/** What the audit answers; the JSON format is this, and schema/migrate-v1.json describes it. Secrets are masked already. */
export interface Report {
  readonly schemaVersion: 1
  readonly tool: { readonly name: 'koa-shared-session'; readonly version: string }
  readonly apps: readonly AppReport[]
  /** What was looked for when no app was found. */
  readonly notLooked: readonly NotLooked[]
}

export interface At {
  readonly file: string
  readonly line: number
}

export interface AppReport {
  readonly dir: string
  readonly name: string
  readonly version: string | null
  readonly entry: string | null
  readonly modules: 'commonjs' | 'module' | 'mixed'
  readonly framework: { readonly name: string; readonly version: string | null }
  readonly files: { readonly source: number; readonly config: number }
  readonly session: readonly ({ readonly library: string } & At)[]
  readonly store: { readonly kind: StoreKind; readonly shared: boolean | null; readonly evidence: readonly At[] }
  readonly secret: readonly ({ readonly kind: SecretKind; readonly when: When } & At)[]
  readonly cookie: Readonly<Partial<Record<keyof CookieFact, { readonly value: unknown } & At>>>
  readonly processes: {
    readonly kind: ProcessKind
    readonly count: number | 'cpus' | null
    readonly evidence: readonly (At & { readonly said: string })[]
  }
  readonly threads: {
    readonly count: number | 'cpus' | null
    readonly evidence: readonly (At & { readonly said: string })[]
  }
  readonly proxy: { readonly trusted: boolean | null; readonly evidence: readonly At[] }
  readonly localState: readonly ({ readonly what: string } & At)[]
  readonly target: { readonly workers: number; readonly hosts: number; readonly store: 'redis' | 'file' }
  readonly verdict: Verdict
  /** The three questions, answered in a sentence each: the secret key, the store, the processes and threads. */
  readonly answers: { readonly secret: string; readonly store: string; readonly processes: string }
  readonly findings: readonly Finding[]
  readonly steps: readonly Step[]
  readonly notLooked: readonly NotLooked[]
}

export interface Verdict {
  readonly sessions: 'ready' | 'breaks' | 'undecided'
  readonly app: 'ready' | 'degrades' | 'breaks' | 'undecided'
  /** The share of requests that see a login on the target's workers, from 0 to 1; null without a session, or undecided. */
  readonly visibility: number | null
  readonly why: string
}

export interface Finding {
  readonly id: string
  readonly slug: string
  readonly step: StepName
  readonly severity: Severity
  readonly confidence: Confidence
  readonly title: string
  readonly why: string
  readonly do: string
  readonly locations: readonly FindingLocation[]
  readonly fix: {
    readonly grade: FixGrade
    /** A unified diff with `a/` and `b/`; empty when there is none, or `withheld`. */
    readonly diff: string
    /** The diff would show a secret: `--write` makes the change, no format prints it. */
    readonly withheld: boolean
  }
  readonly standards: readonly string[]
  readonly docs: string
  /** 16 hex digits that stay the same when lines move. */
  readonly fingerprint: string
  /** Set when an inline comment or the baseline keeps it from counting. */
  readonly suppressed: { readonly by: 'inline' | 'baseline'; readonly reason: string } | null
}

export interface FindingLocation extends At {
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  readonly note: string | null
  /** The line before, the line, masked; for a frame. */
  readonly frame: readonly { readonly line: number; readonly text: string }[]
}

export interface Step {
  readonly n: number
  readonly name: StepName
  readonly title: string
  /** Indexes into `findings`. */
  readonly findings: readonly number[]
  /** What to do in this step beyond the findings, with this app's names. */
  readonly actions: readonly string[]
}
