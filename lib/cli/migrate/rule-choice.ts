import { describedRule, describedRules } from '../../audit/described-rules.js'
import type { RuleDescription } from '../../audit/diagnostics.js'
import { nearest } from '../nearest.js'
import { UsageError } from '../usage-error.js'

/** The rule of this id or slug. */
export function ruleCalled(word: string): RuleDescription {
  const found = describedRule(word)
  if (found === undefined) throw unknownRule(word)
  return found
}

/** Which of the rules run: those of `only`, without those of `skip`. Words are ids, slugs or groups, such as SEC. */
export function ruleChoice(
  only: readonly string[] | undefined,
  skip: readonly string[] | undefined,
  among: readonly RuleDescription[] = describedRules,
): (rule: RuleDescription) => boolean {
  for (const word of [...(only ?? []), ...(skip ?? [])])
    if (!among.some((rule) => isCalled(rule, word))) throw unknownRule(word, among)
  return (rule) =>
    (only ?? [rule.id]).some((word) => isCalled(rule, word)) && !(skip ?? []).some((word) => isCalled(rule, word))
}

function isCalled(rule: RuleDescription, word: string): boolean {
  const upper = word.toUpperCase()
  return rule.id === upper || rule.slug === word.toLowerCase() || rule.id.replace(/\d+$/, '') === upper
}

function unknownRule(word: string, among = describedRules): UsageError {
  const names = among.flatMap(({ id, slug }) => [id, slug])
  const near = nearest(word.toUpperCase(), names) ?? nearest(word.toLowerCase(), names)
  return new UsageError(`There is no rule ${JSON.stringify(word)}: migrate --list-rules prints all.`, near)
}
