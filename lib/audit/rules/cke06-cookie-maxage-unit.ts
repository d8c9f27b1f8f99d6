import type { FlagFact, SessionFact } from '../facts/session.js'
import type { Found, Rule } from '../finding.js'
import { koaApp } from '../wording/samples.js'

/** Seconds that people mean: an hour, a day, a week, a month, and their halves and doubles. */
const meant = new Map([
  [1800, '30 minutes'],
  [3600, '1 hour'],
  [7200, '2 hours'],
  [43_200, '12 hours'],
  [86_400, '24 hours'],
  [172_800, '2 days'],
  [259_200, '3 days'],
  [604_800, '7 days'],
  [1_209_600, '14 days'],
  [2_592_000, '30 days'],
])

/** Milliseconds: no session is meant to end sooner; what is shorter than this was meant in seconds. */
const shortest = 60_000
/** Milliseconds: less than this is no span that anybody writes as a number. */
const leastWritten = 300

const day = 86_400_000
const longest = 90 * day

const rule: Rule = {
  id: 'CKE06',
  slug: 'cookie-maxage-unit',
  step: 'cookie',
  standards: ['CWE-613', 'OWASP ASVS 5.0 7.3.1'],
  text: {
    summary: 'maxAge looks like seconds and is read as milliseconds, or is very long.',
    why: 'Koa and Express count milliseconds; Flask, Redis EX and session-file-store count seconds. With `maxAge: 86400` everybody is logged out after 86 seconds.',
    remedy: '`maxAge: 24 * 60 * 60 * 1000`. sharedSession() takes `lifetime` in seconds.',
    exceptions:
      'Only the well-known numbers of seconds, and lives of less than a minute, are taken for a mistake. Less than 300 ms is left alone.',
  },
  find: ({ sessions }) => sessions.filter(({ library }) => library !== 'koa-shared-session').flatMap(found),
  samples: {
    bad: [
      { name: 'a day in seconds', files: koaApp('app.use(session({ maxAge: 86400 }, app))') },
      { name: 'a product without the thousand', files: koaApp('app.use(session({ maxAge: 60 * 60 * 24 }, app))') },
      { name: 'nine seconds', files: koaApp('app.use(session({ maxAge: 9000 }, app))') },
      { name: 'a year', files: koaApp('app.use(session({ maxAge: 365 * 24 * 60 * 60 * 1000 }, app))') },
    ],
    good: [
      { name: 'a day', files: koaApp('app.use(session({ maxAge: 24 * 60 * 60 * 1000 }, app))') },
      { name: 'ten minutes', files: koaApp('app.use(session({ maxAge: 600000 }, app))') },
    ],
  },
}

export default rule

function found({ cookie: { maxAge } }: SessionFact): Found[] {
  if (maxAge === undefined || typeof maxAge.value !== 'number') return []
  const span = meant.get(maxAge.value)
  if (span !== undefined) return [inSeconds(maxAge, maxAge.value, span)]
  if (maxAge.value >= leastWritten && maxAge.value < shortest) return [tooShort(maxAge, maxAge.value)]
  if (maxAge.value <= longest) return []
  return [
    {
      severity: 'note',
      confidence: 'medium',
      title: `a session lives ${Math.round(maxAge.value / day)} days`,
      why: 'A stolen cookie works as long.',
      do: 'Shorten it, or let activity extend a shorter life: sharedSession({ lifetime: 86400, rolling: true }).',
      at: [{ place: maxAge.place }],
      fix: { grade: 'manual', edits: [] },
    },
  ]
}

function tooShort({ place }: FlagFact, value: number): Found {
  return {
    ...inSeconds({ place }, value, `${Number((value / 60).toFixed(1))} minutes`),
    confidence: 'medium',
    fix: { grade: 'manual', edits: [] },
  }
}

function inSeconds({ place }: Pick<FlagFact, 'place'>, value: number, span: string): Found {
  return {
    severity: 'error',
    confidence: 'high',
    title: `maxAge is ${value} milliseconds, which is ${seconds(value)}`,
    why: `It looks like ${span} in seconds. Koa and Express count milliseconds, so everybody is logged out after ${seconds(value)}.`,
    do: `Write milliseconds: maxAge: ${value} * 1000, which is ${span}.`,
    at: [{ place }],
    fix: {
      grade: 'review',
      edits: [{ file: place.file, start: place.start, end: place.end, text: `maxAge: ${value} * 1000` }],
    },
  }
}

const seconds = (milliseconds: number) => `${Number((milliseconds / 1000).toFixed(1))} seconds`
