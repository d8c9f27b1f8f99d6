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
    exceptions: 'Only the well-known numbers of seconds are taken for a mistake.',
  },
  find: ({ sessions }) => sessions.filter(({ library }) => library !== 'koa-shared-session').flatMap(found),
  samples: {
    bad: [
      { name: 'a day in seconds', files: koaApp('app.use(session({ maxAge: 86400 }, app))') },
      { name: 'a product without the thousand', files: koaApp('app.use(session({ maxAge: 60 * 60 * 24 }, app))') },
      { name: 'a year', files: koaApp('app.use(session({ maxAge: 365 * 24 * 60 * 60 * 1000 }, app))') },
    ],
    good: [{ name: 'a day', files: koaApp('app.use(session({ maxAge: 24 * 60 * 60 * 1000 }, app))') }],
  },
}

export default rule

function found({ cookie: { maxAge } }: SessionFact): Found[] {
  if (maxAge === undefined || typeof maxAge.value !== 'number') return []
  const span = meant.get(maxAge.value)
  if (span !== undefined) return [inSeconds(maxAge, maxAge.value, span)]
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

function inSeconds({ place }: FlagFact, value: number, span: string): Found {
  return {
    severity: 'error',
    confidence: 'high',
    title: `maxAge is ${value} milliseconds, which is ${Math.round(value / 1000)} seconds`,
    why: `It looks like ${span} in seconds. Koa and Express count milliseconds, so everybody is logged out after ${Math.round(value / 1000)} seconds.`,
    do: `Write milliseconds: maxAge: ${value} * 1000, which is ${span}.`,
    at: [{ place }],
    fix: {
      grade: 'review',
      edits: [{ file: place.file, start: place.start, end: place.end, text: `maxAge: ${value} * 1000` }],
    },
  }
}
