import { diagnostics, type RuleDescription } from './diagnostics.js'
import { liveRules } from './live/rules/index.js'
import { rules } from './rules/index.js'

/** All that can be explained: the rules of `migrate` and `doctor`, and what the tool says of its own work. */
export const describedRules: readonly RuleDescription[] = [
  ...rules,
  ...liveRules,
  ...Object.values<RuleDescription>(diagnostics).filter(({ id }) => !rules.some((rule) => rule.id === id)),
]

/** The rule of this id or slug, in any case. */
export function describedRule(word: string): RuleDescription | undefined {
  return describedRules.find(({ id, slug }) => id === word.toUpperCase() || slug === word.toLowerCase())
}
