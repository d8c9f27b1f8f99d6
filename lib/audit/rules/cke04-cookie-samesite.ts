import { sessionLibrary } from '../collect/libraries.js'
import type { SessionFact } from '../facts/session.js'
import type { Edit, Found, Rule } from '../finding.js'
import { koaApp } from '../wording/samples.js'

const allowed = new Set(['lax', 'strict', 'none'])

const rule: Rule = {
  id: 'CKE04',
  slug: 'cookie-samesite',
  step: 'cookie',
  standards: ['CWE-1275', 'OWASP ASVS 5.0 3.3.2'],
  text: {
    summary: 'The session cookie does not say SameSite, or says it in a way that browsers refuse.',
    why: 'Without it, browsers differ: some send the cookie with requests that other sites make. `none` without Secure is refused by all of them.',
    remedy: "`sameSite: 'lax'`; `'none'` with `secure: true` only where other sites embed yours.",
    exceptions: 'Silent where the option is an expression.',
  },
  find: ({ sessions }) => sessions.filter(({ library }) => library !== 'koa-shared-session').flatMap(found),
  samples: {
    bad: [
      { name: 'not set', files: koaApp('app.use(session({ maxAge: 86400000 }, app))') },
      {
        name: 'not set in the cookie of express-session',
        files: koaApp('app.use(session({ secret: process.env.S, cookie: { httpOnly: true } }))', 'express-session'),
      },
      { name: 'none without secure', files: koaApp("app.use(session({ sameSite: 'none' }, app))") },
    ],
    good: [{ name: 'lax', files: koaApp("app.use(session({ sameSite: 'lax' }, app))") }],
  },
}

export default rule

function found(session: SessionFact): Found[] {
  const { sameSite, secure } = session.cookie
  const value = typeof sameSite?.value === 'string' ? sameSite.value.toLowerCase() : sameSite?.value
  if (sameSite === undefined || value === null || value === false || value === '') return [unset(session)]
  if (value === 'none' && secure?.value !== true && typeof secure?.value !== 'object') return [refused(sameSite.place)]
  if (typeof value === 'string' && !allowed.has(value)) return [misspelt(sameSite.place, value)]
  return []
}

function unset(session: SessionFact): Found {
  const { sameSite } = session.cookie
  const edit = sameSite === undefined ? inserted(session) : { ...spot(sameSite.place), text: "sameSite: 'lax'" }
  return {
    severity: 'warning',
    confidence: 'high',
    title: 'the session cookie does not say SameSite',
    why: 'Some browsers then send it along with requests that other sites make.',
    do: "Set sameSite: 'lax'; 'none' only where other sites embed this one, and then with secure: true.",
    at: [{ place: sameSite?.place ?? session.place }],
    fix: edit === undefined ? { grade: 'manual', edits: [] } : { grade: 'safe', edits: [edit] },
  }
}

/** Some libraries have the flags among their options, some in an object of their own: there it goes beside another flag. */
function inserted({ library, options, cookie }: SessionFact): Edit | undefined {
  if (options === undefined) return undefined
  const { place, next } = options
  if (sessionLibrary(library)?.library.flags === 'options')
    return { ...spot(next.place), text: `${next.before}sameSite: 'lax'${next.after}` }
  // Of koa-generic-session it may be `ttl`, which is no flag of the cookie.
  const maxAge = library === 'koa-generic-session' ? undefined : cookie.maxAge
  const beside = [cookie.httpOnly, cookie.secure, maxAge, cookie.domain, cookie.path].find(
    (flag) => flag?.place.file === place.file && place.start < flag.place.start && flag.place.end < place.end,
  )
  return beside && { ...spot(beside.place), end: beside.place.start, text: "sameSite: 'lax', " }
}

const spot = ({ file, start, end }: SessionFact['place']) => ({ file, start, end })

const refused = (place: SessionFact['place']): Found => ({
  severity: 'error',
  confidence: 'high',
  title: "sameSite is 'none' without secure",
  why: 'Browsers refuse such a cookie, so nobody stays logged in.',
  do: "Set secure: true beside it, or sameSite: 'lax' where no other site embeds this one.",
  at: [{ place }],
  fix: { grade: 'manual', edits: [] },
})

const misspelt = (place: SessionFact['place'], value: string): Found => ({
  severity: 'error',
  confidence: 'high',
  title: `sameSite cannot be ${JSON.stringify(value)}`,
  why: 'The cookie library throws at the first login: it knows lax, strict and none.',
  do: "Set sameSite: 'lax'.",
  at: [{ place }],
  fix: { grade: 'manual', edits: [] },
})
