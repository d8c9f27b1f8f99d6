import type { Rule } from './finding.js'

/** A rule as people read about it. */
export type RuleDescription = Pick<Rule, 'id' | 'slug' | 'step' | 'standards' | 'text'>

/** What the tool says about its own work. They belong to no fact, so no rule file finds them. */
export const diagnostics = {
  notUnderstood: {
    id: 'KSS001',
    slug: 'file-not-understood',
    step: 'proof',
    standards: [],
    text: {
      summary: 'A file could not be read or understood, so nothing in it was looked at.',
      why: 'What the file says about keys, stores and processes is missing from the report. The rest was audited.',
      remedy: 'Mend the syntax, save the file as UTF-8, make it readable, or look at it by hand.',
      exceptions: 'Files larger than 1 MB, binaries and build output are left out on purpose.',
    },
  },
  notResolved: {
    id: 'KSS002',
    slug: 'value-not-resolved',
    step: 'proof',
    standards: [],
    text: {
      summary: 'A value comes from where the audit cannot follow, so a question stays open.',
      why: 'The audit never guesses. A key from a vault or a store made by a function of another package may be right or wrong.',
      remedy: 'Check by hand that the value is the same in every process.',
      exceptions: 'Values that are read from environment variables and plain configuration files are followed.',
    },
  },
  unusedIgnore: {
    id: 'KSS003',
    slug: 'unused-ignore',
    step: 'proof',
    standards: [],
    text: {
      summary: 'A comment `koa-shared-session-ignore` has no effect: nothing is found there, or its reason is missing.',
      why: 'An ignore that outlives its finding hides the next one on that line.',
      remedy:
        'Remove the comment, or write it as `koa-shared-session-ignore SEC02 -- reason` on the line of the finding or above it.',
      exceptions: 'Rules that did not run (`--only`, `--skip`) leave their comments alone.',
    },
  },
  badConfig: {
    id: 'KSS004',
    slug: 'bad-config',
    step: 'proof',
    standards: [],
    text: {
      summary: 'The configuration of this tool cannot be used. The run ends with exit code 2.',
      why: 'An audit with half of its settings would look complete.',
      remedy:
        'Mend `koa-shared-session.config.json`, or `koa-shared-session` in package.json, as the message says. Both hold data only.',
      exceptions: 'None.',
    },
  },
} as const satisfies Record<string, RuleDescription>
