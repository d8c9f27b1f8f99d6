import type { RuleDescription } from './diagnostics.js'
import type { Facts } from './facts.js'
import type { Found, Rule } from './finding.js'
import { fingerprint } from './fingerprint.js'
import type { Mask } from './masking.js'
import type { AppReport, Finding, Verdict } from './report.js'
import type { Topology } from './topology.js'

/** One app: what its files say, and what was found in that. */
export interface JudgedApp {
  readonly facts: Facts
  readonly topology: Topology
  readonly verdict: Verdict
  readonly answers: AppReport['answers']
  readonly results: readonly RuleResult[]
}

/** What one rule found. */
export interface RuleResult {
  readonly rule: Rule
  readonly found: readonly Found[]
}

/** One finding with its rule and its name that lasts, before it has a place in the report. */
export interface Judgement {
  readonly rule: RuleDescription
  readonly found: Found
  readonly fingerprint: string
  readonly suppressed: Finding['suppressed']
}

/** Gives each finding its fingerprint. What a rule says twice of one place counts once. */
export function judge(
  results: readonly { readonly rule: RuleDescription; readonly found: readonly Found[] }[],
  textOf: (file: string) => string | undefined,
  mask: Mask,
): readonly Judgement[] {
  return results.flatMap(({ rule, found }) => {
    const seen = new Map<string, number>()
    return withoutRepeats(found).map((one) => {
      const { file, start, end } = one.at[0].place
      const evidence = mask.text((textOf(file) ?? '').slice(start, end))
      const nth = (seen.get(`${file}\0${evidence}`) ?? 0) + 1
      seen.set(`${file}\0${evidence}`, nth)
      return { rule, found: one, fingerprint: fingerprint(rule.id, file, evidence, nth), suppressed: null }
    })
  })
}

function withoutRepeats(found: readonly Found[]): readonly Found[] {
  const isSame = (a: Found, b: Found) =>
    a.title === b.title && a.at[0].place.file === b.at[0].place.file && a.at[0].place.start === b.at[0].place.start
  return found
    .filter((one, index) => found.findIndex((other) => isSame(other, one)) === index)
    .sort((a, b) => a.at[0].place.start - b.at[0].place.start)
}
