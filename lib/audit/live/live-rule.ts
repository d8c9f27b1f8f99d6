import type { RuleDescription } from '../diagnostics.js'
import type { Confidence, Severity } from '../finding.js'
import type { LiveFacts } from './live-facts.js'

/** What a rule found in a running set-up. */
export interface LiveFound {
  readonly severity: Severity
  /** `high` where nothing is said: most things are measured. */
  readonly confidence?: Confidence
  /** One line without the id. */
  readonly title: string
  readonly why: string
  readonly do: string
  /** The variables that decide it: the finding stands where a file sets one of them. */
  readonly variables?: readonly string[]
  /** No login works before it is mended. */
  readonly stops?: true
}

/** Live facts for the rule's test and page, beside those of a set-up in which all is well. */
export interface LiveSample {
  readonly name: string
  readonly live: { readonly [Part in keyof LiveFacts]?: Partial<NonNullable<LiveFacts[Part]>> | null }
}

/** One check of a running set-up. A file a rule. It looks at facts only; what was not looked at it passes over. */
export interface LiveRule extends RuleDescription {
  find(live: LiveFacts): readonly LiveFound[]
  /** Set-ups in which it finds something, and in which it must not. */
  readonly samples: { readonly bad: readonly LiveSample[]; readonly good: readonly LiveSample[] }
}

/** Whether the environment says that this is production. */
export const isProduction = ({ configuration }: LiveFacts): boolean => configuration.nodeEnv === 'production'
