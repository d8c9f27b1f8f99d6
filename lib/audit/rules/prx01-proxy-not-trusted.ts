import type { ProxyFact } from '../facts/proxy.js'
import type { Facts } from '../facts.js'
import type { Fix, Found, Rule } from '../finding.js'
import { at } from '../wording/places.js'
import { manual } from '../wording/processes.js'
import { forwardsProto, nginx } from '../wording/proxy-samples.js'
import { koaApp } from '../wording/samples.js'

const session = 'app.use(session(app))'
const trusting = `app.proxy = true\n${session}`

const rule: Rule = {
  id: 'PRX01',
  slug: 'proxy-not-trusted',
  step: 'cookie',
  standards: ['CWE-319', 'OWASP ASVS 5.0 3.3.1'],
  text: {
    summary: 'A proxy ends TLS, and the app does not know that its users came by https.',
    why: 'The app sees plain http: it leaves `Secure` off the session cookie, or fails when it is asked for, builds http links, and takes the proxy for every client.',
    remedy: 'Koa: `app.proxy = true`; Express: `app.set("trust proxy", 1)`. The proxy must send `X-Forwarded-Proto`.',
    exceptions:
      'Only where a file shows a proxy that ends TLS. Silent where the app serves https itself, and where whether it trusts the proxy is decided at run time.',
  },
  find: (facts) => {
    const tls = facts.proxies.filter((proxy) => proxy.tls === true)
    if (facts.lifecycle.ownHttps || !/^(koa|express)$/.test(facts.framework.name)) return []
    return [...untrusted(facts, tls), ...silent(tls)]
  },
  samples: {
    bad: [
      { name: 'behind nginx', files: { ...koaApp(session), 'nginx.conf': nginx(forwardsProto) } },
      { name: 'nginx does not tell the scheme', files: { ...koaApp(trusting), 'nginx.conf': nginx() } },
    ],
    good: [
      {
        name: 'trusted, and told',
        files: { ...koaApp(trusting), 'nginx.conf': nginx(forwardsProto) },
      },
      { name: 'the proxy speaks http only', files: { ...koaApp(session), 'nginx.conf': nginx('', 'listen 80;') } },
      { name: 'no proxy is known', files: koaApp(session) },
    ],
  },
}

export default rule

function untrusted(facts: Facts, tls: readonly ProxyFact[]): Found[] {
  const [first] = tls
  if (!first || facts.trust.some(({ value }) => value !== false)) return []
  const koa = facts.framework.name === 'koa'
  const line = koa ? 'app.proxy = true' : "app.set('trust proxy', 1)"
  const withSession = facts.sessions.length > 0
  const said = facts.trust[0]
  const instance = facts.framework.instances[0]
  return [
    {
      severity: withSession ? 'error' : 'warning',
      confidence: 'high',
      title: `${first.kind} ends TLS and the app does not trust it`,
      why: `The app sees plain http behind ${first.kind} (${at(first.place)}): ${withSession ? 'the session cookie goes out without Secure, or fails where Secure is asked for; ' : ''}links are http, and every client has the address of the proxy.`,
      do: `Trust it: \`${line}\`${koa ? ', and app.maxIpsCount = 1 where ctx.ip decides something' : ''}. Keep the port of the app closed to everybody but the proxy.`,
      at: [
        { place: said?.place ?? instance?.place ?? first.place },
        { place: first.place, note: `${first.kind} ends TLS` },
      ],
      fix: trustFix(facts, koa),
    },
  ]
}

/** A line of its own behind the statement that makes the app. */
function trustFix({ framework, trust }: Facts, koa: boolean): Fix {
  const [instance, ...others] = framework.instances
  if (!instance || others.length > 0 || trust.length > 0 || !/^[\w$.]+$/.test(instance.name)) return manual
  const { place, statementEnd, name } = instance
  const line = koa ? `${name}.proxy = true;` : `${name}.set('trust proxy', 1);`
  return { grade: 'safe', edits: [{ file: place.file, start: statementEnd, end: statementEnd, text: `\n${line}` }] }
}

function silent(tls: readonly ProxyFact[]): Found[] {
  return tls
    .filter((proxy) => proxy.forwardsProto === false)
    .map((proxy) => ({
      severity: 'error',
      confidence: 'high',
      title: `${proxy.kind} does not tell the app that users came by https`,
      why: `Without X-Forwarded-Proto an app that trusts its proxy still sees http (${at(proxy.place)}), and Secure cookies fail.`,
      do: `Send it along: ${headerFor(proxy)}`,
      at: [{ place: proxy.place }],
      fix: headerFix(proxy),
    }))
}

function headerFor({ kind }: ProxyFact): string {
  if (kind === 'haproxy') return 'http-request set-header X-Forwarded-Proto https if { ssl_fc }'
  if (kind === 'apache') return 'RequestHeader set X-Forwarded-Proto "https"'
  return 'proxy_set_header X-Forwarded-Proto $scheme;'
}

function headerFix({ kind, insertAt }: ProxyFact): Fix {
  if (kind !== 'nginx' || !insertAt) return manual
  const text = `proxy_set_header X-Forwarded-Proto $scheme;\n${' '.repeat(insertAt.column - 1)}`
  return { grade: 'review', edits: [{ file: insertAt.file, start: insertAt.start, end: insertAt.start, text }] }
}
