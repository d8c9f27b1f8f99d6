import type { RouteFact } from '../facts/lifecycle.js'
import type { SessionFact } from '../facts/session.js'
import type { Facts } from '../facts.js'
import type { Fix, Found, Rule } from '../finding.js'
import { manual } from '../wording/processes.js'
import { server } from '../wording/server-samples.js'

const rule: Rule = {
  id: 'LIF02',
  slug: 'no-regenerate-on-login',
  step: 'state',
  standards: ['CWE-384', 'OWASP ASVS 5.0 7.2.4'],
  text: {
    summary: 'A login keeps the session id that the visitor came with.',
    why: 'Who plants an id of his own in the browser of somebody else before the login has the session of that user after it (session fixation).',
    remedy:
      'Call `regenerate()` before the user is written into the session: the session gets a new id, the old one ends.',
    exceptions:
      'Handlers that renew the session in a function of another file may be reported: ignore them and give the reason. Where the whole session is in the cookie there is no id to plant, and it is a warning for the day when there is one.',
  },
  find: (facts) =>
    facts.sessions.length === 0
      ? []
      : facts.logins.filter(({ regenerates }) => !regenerates).map((login) => found(login, facts)),
  samples: {
    bad: [
      {
        name: 'the user is written into the session as it is',
        files: server(`const bcrypt = require('bcrypt')
router.post('/login', async (ctx) => {
  const user = await find(ctx.query.name)
  if (await bcrypt.compare(ctx.query.password, user.hash)) {
    ctx.session.user = user.id
  }
})`),
      },
    ],
    good: [
      {
        name: 'with regenerate()',
        files: server(`router.post('/login', async (ctx) => {
  const user = await authenticate(ctx)
  await ctx.session.regenerate()
  ctx.session.user = user.id
})`),
      },
      {
        name: 'an emptied session',
        files: server(`router.post('/login', async (ctx) => {
  const user = await authenticate(ctx)
  ctx.session = null
  ctx.session = { user: user.id }
})`),
      },
      {
        name: 'a change of what is known about the user',
        files: server(`router.post('/profile', async (ctx) => {
  ctx.session.user = await save(ctx.session.user.id, ctx.query)
})`),
      },
    ],
  },
}

export default rule

function found(login: RouteFact, { sessions }: Facts): Found {
  const inCookie = sessions.every(({ store }) => store.kind === 'cookie')
  const [session] = sessions
  return {
    severity: inCookie ? 'warning' : 'error',
    confidence: 'medium',
    title: 'a login keeps the session id of before',
    why: inCookie
      ? 'Today the session is in the cookie and has no id. As soon as a store keeps sessions, who plants an id in a browser before the login is logged in as that user after it.'
      : 'Who plants a session id in the browser of somebody else before the login has the session of that user after it (session fixation).',
    do: remedy(login, session),
    at: [{ place: login.place }],
    fix: fixOf(login, session),
  }
}

const isExpress = ({ session }: RouteFact) => /^req/.test(session) || session === 'request'

function remedy(login: RouteFact, session: SessionFact | undefined): string {
  const { session: base } = login
  if (isExpress(login))
    return `Renew the session, and write into it afterwards: \`${base}.session.regenerate((error) => { … })\` with this line inside.`
  const wait = base === 'this' ? 'yield' : 'await'
  const line = `Put \`${wait} ${base}.session.regenerate()\` before it: a new id, the same contents, and the old id ends.`
  if (session?.library === 'koa-generic-session')
    return `${line} In koa-generic-session it is \`${wait} ${base}.regenerateSession()\`.`
  return canRegenerate(session) ? line : `${line} sharedSession() and koa-session from 6.4 on have it.`
}

/** `ctx.session.regenerate()` is there: koa-session has it since 6.4. */
function canRegenerate(session: SessionFact | undefined): boolean {
  if (session?.library === 'koa-shared-session') return true
  const [, major = '0', minor = '0'] = /(\d+)(?:\.(\d+))?/.exec(session?.version ?? '') ?? []
  return session?.library === 'koa-session' && (Number(major) > 6 || (major === '6' && Number(minor) >= 4))
}

/** Only where the method is there, and where the statement stands by itself in a handler that is async, or can be. */
function fixOf(
  { statement, place, session: base, written, async: isAsync, makesAsync }: RouteFact,
  session: SessionFact | undefined,
): Fix {
  const alone = statement.start === place.start && statement.end - place.end <= 1
  if ((!isAsync && makesAsync === undefined) || !alone || !canRegenerate(session) || /^(req|request|this)/.test(base))
    return manual
  const end = statement.end > place.end ? ';' : ''
  const indent = ' '.repeat(statement.column - 1)
  const text = `await ${written}.regenerate()${end}\n${indent}`
  const { file, start } = statement
  return { grade: 'review', edits: [...(makesAsync ? [makesAsync] : []), { file, start, end: start, text }] }
}
