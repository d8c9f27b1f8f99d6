import type { FlagFact, SessionFact } from '../facts/session.js'
import type { Found, Rule } from '../finding.js'
import { koaApp } from '../wording/samples.js'

const rule: Rule = {
  id: 'CKE05',
  slug: 'cookie-unsigned',
  step: 'cookie',
  standards: ['CWE-330', 'CWE-340', 'OWASP ASVS 5.0 7.2.3'],
  text: {
    summary: 'The session id is not signed, or is made in a way that can be guessed.',
    why: 'An id of 128 random bits needs no signature to be safe. One from a clock, a counter or Math.random can be guessed, and then the session is taken.',
    remedy: 'Delete `genid` and `signed: false`: the defaults are random and signed.',
    exceptions: 'Unsigned random ids are a note. A cookie that holds the session itself is STO05.',
  },
  find: ({ sessions }) => sessions.flatMap((session) => [...guessable(session), ...unsigned(session)]),
  samples: {
    bad: [
      {
        name: 'ids from a clock',
        files: koaApp("app.use(session({ store: require('koa-redis')({}), genid: () => String(Date.now()) }, app))"),
      },
      { name: 'unsigned', files: koaApp("app.use(session({ store: require('koa-redis')({}), signed: false }, app))") },
    ],
    good: [{ name: 'the defaults', files: koaApp("app.use(session({ store: require('koa-redis')({}) }, app))") }],
  },
}

export default rule

const weak =
  /Math\.random|Date\.now|getTime\(|new Date|counter|\+\+|process\.pid|uuid\.?v?1\b|nanoid\(\s*[1-9]\s*\)|nanoid\(\s*1[0-5]\s*\)/

const textOf = ({ value }: FlagFact) => (typeof value === 'object' && value !== null ? value.expression : String(value))

function guessable({ cookie: { genid } }: SessionFact): Found[] {
  if (genid === undefined || !weak.test(textOf(genid))) return []
  return [
    {
      severity: 'error',
      confidence: 'high',
      title: 'session ids can be guessed',
      why: 'They are made from what others can know or count through, so a stranger can find the id of somebody who is logged in.',
      do: 'Delete the option: ids are 128 random bits or more by default.',
      at: [{ place: genid.place }],
      fix: { grade: 'manual', edits: [] },
    },
  ]
}

function unsigned({ cookie: { signed }, store, library, place }: SessionFact): Found[] {
  if (store.kind === 'cookie' || store.kind === 'none') return []
  if (signed?.value !== false) return []
  return [
    {
      severity: 'note',
      confidence: 'medium',
      title: 'the session id is not signed',
      why: `Harmless while ids are random and rest in a store, as those of ${library} do. A signature lets the server refuse made-up ids without asking the store.`,
      do: 'Delete signed: false, or use sharedSession(), which always signs.',
      at: [{ place: signed.place ?? place }],
      fix: { grade: 'manual', edits: [] },
    },
  ]
}
