import { describedRules } from '../../audit/described-rules.js'
import type { RuleDescription } from '../../audit/diagnostics.js'
import { stepTitles } from '../../audit/steps.js'
import { wrap } from '../../report/wrap.js'
import { ruleCalled } from './rule-choice.js'

/** The text of one rule, for `--explain`. */
export async function explain(word: string): Promise<string> {
  const { id, slug, step, standards, text } = ruleCalled(word)
  const about = [`Step: ${stepTitles[step]}`, ...(standards.length > 0 ? [`Standards: ${standards.join(', ')}`] : [])]
  return `${id} ${slug}

${wrap(text.summary, 78).join('\n')}

${about.join('\n')}

Why it matters

${indent(text.why)}

What to do

${indent(text.remedy)}

Exceptions

${indent(text.exceptions)}
`
}

/** All rules, one a line, or as JSON. */
export async function listRules(format: 'text' | 'json'): Promise<string> {
  const all = describedRules
  if (format === 'json') return `${JSON.stringify(all.map(plain), undefined, 2)}\n`
  const width = Math.max(...all.map(({ slug }) => slug.length))
  return `${all.map(({ id, slug, text }) => `${id}  ${slug.padEnd(width)}  ${text.summary}`).join('\n')}\n`
}

function plain({ id, slug, step, standards, text }: RuleDescription) {
  return { id, slug, step, standards, ...text }
}

function indent(text: string): string {
  return wrap(text.trim(), 76)
    .map((line) => (line === '' ? '' : `  ${line}`))
    .join('\n')
}
