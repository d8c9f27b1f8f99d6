import { type Baseline, entryFor } from '../baseline.js'
import type { Facts } from '../facts.js'
import { fingerprint } from '../fingerprint.js'
import type { Ignores } from '../ignored.js'
import type { Judgement } from '../judged.js'
import type { Place } from '../place.js'
import type { BaselineEntry } from '../report.js'
import type { LiveFacts } from './live-facts.js'
import type { LiveFound, LiveRule } from './live-rule.js'
import { liveRules } from './rules/index.js'

/** One rule that looked at what runs. */
export interface LiveResult {
  readonly rule: LiveRule
  readonly found: readonly LiveFound[]
  readonly judgements: readonly LiveJudgement[]
}

export interface LiveJudgement extends Judgement {
  /** A file that was handed over decides it at this place; else the place only names the app. */
  readonly isSetHere: boolean
}

export interface LiveOptions {
  /** Environment files that were handed over, relative to the directory, POSIX. */
  readonly envFiles: readonly string[]
  readonly isWanted: (rule: LiveRule) => boolean
  readonly baseline: Baseline | undefined
}

/** What each wanted rule finds in one app: where it stands, its name that lasts, and whether people accepted it. */
export function judgeLive(facts: Facts, live: LiveFacts, options: LiveOptions, ignores: Ignores): LiveResult[] {
  return liveRules.filter(options.isWanted).map((rule) => {
    const found = rule.find(live)
    return { rule, found, judgements: found.map((one, nth) => judged(rule, one, nth, facts, options, ignores)) }
  })
}

/** Entries that match nothing now, of rules that looked. */
export function staleEntries({ entries }: Baseline, results: readonly LiveResult[]): BaselineEntry[] {
  const looked = entries.filter((entry) => results.some(({ rule }) => rule.id === entry.rule))
  const prints = new Set(results.flatMap(({ judgements }) => judgements.map((one) => one.fingerprint)))
  return looked.filter((entry) => !prints.has(entry.fingerprint))
}

function judged(
  rule: LiveRule,
  found: LiveFound,
  nth: number,
  facts: Facts,
  { envFiles, baseline }: LiveOptions,
  ignores: Ignores,
): LiveJudgement {
  const { severity, confidence = 'high', title, why, do: what, variables = [] } = found
  const set = variableIn(variables, facts, envFiles)
  const place = set ?? facts.sessions[0]?.place ?? facts.framework.instances[0]?.place ?? startOf(facts)
  const judgement: Judgement = ignores.applied({
    rule,
    found: { severity, confidence, title, why, do: what, at: [{ place }] },
    // What a server says changes from run to run; the rule and the place do not.
    fingerprint: fingerprint(rule.id, place.file, variables.join(), nth + 1),
    suppressed: null,
  })
  const entry = judgement.suppressed ? undefined : entryFor({ id: rule.id, ...judgement }, baseline?.entries ?? [])
  const suppressed = entry ? { by: 'baseline' as const, reason: entry.reason } : judgement.suppressed
  return { ...judgement, suppressed, isSetHere: set !== undefined }
}

/** Where a file that was handed over sets one of the variables. */
function variableIn(names: readonly string[], { variables }: Facts, envFiles: readonly string[]): Place | undefined {
  const places = names.map(
    (name) => variables.findLast((one) => one.name === name && envFiles.includes(one.place.file))?.place,
  )
  return places.find((place) => place !== undefined)
}

function startOf({ app }: Facts): Place {
  return { file: app.entry ?? app.packageFile ?? 'package.json', start: 0, end: 0, line: 1, column: 1 }
}
