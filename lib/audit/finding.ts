import type { Edit } from './edit.js'
import type { Facts } from './facts.js'
import type { Place } from './place.js'
import type { Topology } from './topology.js'

export type { Edit } from './edit.js'

export type Severity = 'error' | 'warning' | 'note'
export type Confidence = 'high' | 'medium' | 'low'

/** The order in which an app is migrated. Each rule belongs to one step. */
export type StepName = 'secret' | 'store' | 'cookie' | 'state' | 'processes' | 'shutdown' | 'proof'

/** safe: `--write` makes it; review: `--write --unsafe` makes it; manual: people make it, following `do`. */
export type FixGrade = 'safe' | 'review' | 'manual'

export interface Fix {
  readonly grade: FixGrade
  /** Empty for manual fixes. A file that does not exist is made, by an edit of 0 to 0. */
  readonly edits: readonly Edit[]
  /** Places that must change with it: made alone it would do harm. */
  readonly needs?: readonly Place[]
}

export interface Located {
  readonly place: Place
  readonly note?: string
}

/** What a rule found, before the plan orders it. */
export interface Found {
  readonly severity: Severity
  readonly confidence: Confidence
  /** For this app, one line without the id: `the key is made anew in every process`. */
  readonly title: string
  /** Why it matters here, with this app's numbers. */
  readonly why: string
  /** What to do, with this app's names; may hold several lines. */
  readonly do: string
  /** The first is where it is; the others prove it. */
  readonly at: readonly [Located, ...Located[]]
  readonly fix?: Fix
}

/** The text of a rule, for `--explain` and its page of docs. Markdown. */
export interface RuleText {
  /** One sentence: what is wrong. */
  readonly summary: string
  readonly why: string
  readonly remedy: string
  /** What the rule does not report, and what to do when it is wrong. */
  readonly exceptions: string
}

/** A small app for the rule's test and page: path to text. */
export interface Sample {
  readonly name: string
  readonly files: Readonly<Record<string, string>>
}

/** One check. A file a rule. It looks at facts only; where they are missing it finds nothing and says so by `needs`. */
export interface Rule {
  /** Group and number, never used again: SEC01. */
  readonly id: string
  readonly slug: string
  readonly step: StepName
  /** CWE, OWASP ASVS 5.0, RFC sections. */
  readonly standards: readonly string[]
  readonly text: RuleText
  find(facts: Facts, topology: Topology): readonly Found[]
  /** Apps in which it finds something, and in which it must not. */
  readonly samples: { readonly bad: readonly Sample[]; readonly good: readonly Sample[] }
}
