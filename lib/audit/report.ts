import type { ProcessKind } from './facts/deployment.js'
import type { SecretKind } from './facts/secret.js'
import type { CookieFact, StoreKind } from './facts/session.js'
import type { When } from './facts/when.js'
import type { Confidence, FixGrade, Severity, StepName } from './finding.js'
import type { LiveFacts } from './live/live-facts.js'
import type { NotLooked } from './project/project.js'

/** What the audit answers; the JSON format is this, and schema/migrate-v1.json describes it. Secrets are masked already. */
export interface Report {
  readonly schemaVersion: 1
  readonly tool: { readonly name: 'koa-shared-session'; readonly version: string }
  readonly apps: readonly AppReport[]
  /** All changes that a machine can make, together. */
  readonly patch: Patch
  /** The baseline that was read. Stale entries match nothing any more. */
  readonly baseline: { readonly file: string; readonly stale: readonly BaselineEntry[] } | null
  /** What was looked for when no app was found. */
  readonly notLooked: readonly NotLooked[]
}

export interface Patch {
  /** A unified diff for `git apply`; empty when there is nothing to change, or nothing that can be shown. */
  readonly text: string
  /** Files with a change that would show a secret: `--write` makes it, no format prints it. */
  readonly withheld: readonly string[]
  /** Fixes that touch what another one changes: the next run makes them. */
  readonly postponed: readonly { readonly id: string; readonly file: string; readonly line: number }[]
}

/** A finding that people accepted. */
export interface BaselineEntry {
  readonly rule: string
  readonly file: string
  readonly fingerprint: string
  readonly reason: string
  /** The day, as 2026-01-31. */
  readonly added: string
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
  /** How many rules looked, and how many of them found nothing. */
  readonly checks: { readonly run: number; readonly clean: number }
  /** Findings left out, since nothing is certain about them; `--all` shows them. */
  readonly unsure: number
  readonly notLooked: readonly NotLooked[]
  /** What the running set-up answered: `doctor` only. */
  readonly live?: LiveFacts
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
    /** The same change as replacements, for editors; none when it is withheld. */
    readonly changes: readonly Change[]
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
  /** The line before and the line itself, masked; none for a file that is not there. */
  readonly frame: readonly FrameLine[]
}

export interface FrameLine {
  readonly line: number
  readonly text: string
  /** The part of `text` that the location is about: UTF-16 units from 0; equal where there is none. */
  readonly from: number
  readonly to: number
}

/** The text between two places of a file is replaced. Lines and columns count from 1. */
export interface Change {
  readonly file: string
  readonly startLine: number
  readonly startColumn: number
  readonly endLine: number
  readonly endColumn: number
  readonly text: string
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
