import type { LocalStateFact } from '../facts/local-state.js'
import type { ProxyFact } from '../facts/proxy.js'
import type { Facts } from '../facts.js'
import type { Found, Rule } from '../finding.js'
import { manual } from '../wording/processes.js'
import { server } from '../wording/server-samples.js'

const lookAlike =
  'This looks exactly like a lost session, and happens with one process too: a page that was made for somebody else is answered, so that a visitor who is logged in is shown the page of one who is not, or of another user.'

const rule: Rule = {
  id: 'MEM07',
  slug: 'page-cache-ignores-session',
  step: 'state',
  standards: ['CWE-524', 'CWE-525'],
  text: {
    summary: 'Pages are cached by their address alone, although they depend on who is logged in.',
    why: lookAlike,
    remedy: 'Do not cache pages of visitors with a session, or make the session part of the key.',
    exceptions:
      'An app without sessions is left alone, and so are caches whose key or condition looks at the session, the user or a cookie, and answers that do not depend on the session.',
  },
  find: (facts) => (facts.sessions.length === 0 ? [] : [...inCode(facts), ...inProxies(facts)]),
  samples: {
    bad: [
      {
        name: 'koa-cash by URL',
        files: server(`const cash = require('koa-cash')
app.use(cash({ get: (key) => store.get(key), set: (key, value) => store.set(key, value) }))
router.get('/', async (ctx) => {
  if (await ctx.cashed()) return
  ctx.body = ctx.session.user ? 'Hello' : 'LOGIN'
})`),
      },
      {
        name: 'a public answer about the user',
        files: server(`router.get('/', (ctx) => {
  ctx.set('Cache-Control', 'public, max-age=60')
  ctx.body = ctx.session.user ? 'Hello' : 'LOGIN'
})`),
      },
    ],
    good: [
      {
        name: 'the session is part of the key',
        files: server(`const cash = require('koa-cash')
app.use(cash({ hash: (ctx) => ctx.url + (ctx.session.user ? ':in' : ':out'), get, set }))`),
      },
      {
        name: 'a public answer about nobody',
        files: server(`router.get('/logo', (ctx) => {
  ctx.set('Cache-Control', 'public, max-age=60')
  ctx.body = logo
})`),
      },
    ],
  },
}

export default rule

const inCode = ({ localState }: Facts): Found[] =>
  localState
    .filter(({ kind }) => kind === 'page-cache')
    .map((state) => ({
      severity: 'error',
      confidence: state.confidence,
      title: `the cache of pages does not know who is logged in`,
      why: lookAlike,
      do: remedyOf(state),
      at: [{ place: state.place, note: state.what }],
      fix: manual,
    }))

function remedyOf({ library, what }: LocalStateFact): string {
  if (library === 'koa-cash')
    return "Make the visitor part of the key: `hash: (ctx) => ctx.url + ':' + (ctx.session.user ? 'in' : 'out')`, and cache only pages that are the same for all who are logged in."
  if (library === 'apicache')
    return "Make the visitor part of the key: `apicache.options({ appendKey: (req) => req.session.user ? req.session.user.id : 'out' })`, or leave such routes out."
  if (what.startsWith('Cache-Control'))
    return 'Say `private, no-store` where the answer depends on the session, and `public` only where `ctx.session` was not read.'
  return 'Leave the cache alone where the request has a session, or make the user part of the key.'
}

const inProxies = ({ proxies, sessions }: Facts): Found[] =>
  proxies
    .filter((proxy) => proxy.cache !== undefined && !proxy.cache.sessionAware)
    .map((proxy) => ({
      severity: 'error',
      confidence: 'medium',
      title: `${proxy.kind} caches pages without a look at the session cookie`,
      why: lookAlike,
      do: proxyRemedy(proxy, sessions[0]?.cookie.key?.value),
      at: [{ place: proxy.cache?.place ?? proxy.place }],
      fix: manual,
    }))

function proxyRemedy({ kind }: ProxyFact, name: unknown): string {
  const cookie = typeof name === 'string' ? name.replace(/\W/g, '_') : '<name of the session cookie>'
  return kind === 'nginx'
    ? `Leave visitors with a session out: \`proxy_cache_bypass $cookie_${cookie};\` and \`proxy_no_cache $cookie_${cookie};\`.`
    : 'Leave requests with the session cookie out of the cache.'
}
