import type { ContainerFact } from '../facts/deployment.js'
import type { TrustFact } from '../facts/proxy.js'
import type { Facts } from '../facts.js'
import type { Found, Rule } from '../finding.js'
import { isForDevelopers } from '../wording/deployed-files.js'
import { at } from '../wording/places.js'
import { manual } from '../wording/processes.js'
import { koaApp } from '../wording/samples.js'

const trusting = 'app.proxy = true\napp.use(session(app))'
const compose = (port: string) => `services:\n  app:\n    build: .\n    ports:\n      - "${port}"\n`

const rule: Rule = {
  id: 'PRX02',
  slug: 'proxy-trust-all',
  step: 'cookie',
  standards: ['CWE-348', 'CWE-290'],
  text: {
    summary: 'The app believes X-Forwarded-For and -Proto, and everybody can reach it without the proxy.',
    why: 'Whoever reaches the port of the app writes these headers: any address for `ctx.ip`, so rate limits and blocks are worth nothing, and https where there is none.',
    remedy:
      'Publish the port on 127.0.0.1 only, or not at all where the proxy is a container of the same network. Set `app.maxIpsCount = 1`.',
    exceptions:
      'Silent where no file publishes the port on all interfaces. Files for development are not read. Where no proxy is seen, confidence is low.',
  },
  find: (facts) => {
    const trust = facts.trust.find(({ value, limited }) => value === true && !limited)
    return trust ? openPorts(facts).map(({ port, container }) => found(facts, trust, port, container)) : []
  },
  samples: {
    bad: [{ name: 'a published port', files: { ...koaApp(trusting), 'docker-compose.yml': compose('3000:3000') } }],
    good: [
      {
        name: 'published for this host only',
        files: { ...koaApp(trusting), 'docker-compose.yml': compose('127.0.0.1:3000:3000') },
      },
      {
        name: 'headers are not believed',
        files: { ...koaApp('app.use(session(app))'), 'docker-compose.yml': compose('3000:3000') },
      },
      { name: 'for development', files: { ...koaApp(trusting), 'docker-compose.dev.yml': compose('3000:3000') } },
    ],
  },
}

export default rule

type Port = ContainerFact['ports'][number]

function openPorts(facts: Facts): readonly { port: Port; container: ContainerFact }[] {
  return facts.containers
    .filter(({ kind, place }) => kind === 'compose' && !isForDevelopers(facts, place))
    .flatMap((container) => container.ports.map((port) => ({ port, container })))
    .filter(
      ({ port }) => port.text.includes(':') && (port.host === undefined || /^(0\.0\.0\.0|\[?::\]?)$/.test(port.host)),
    )
}

function found({ proxies }: Facts, trust: TrustFact, port: Port, container: ContainerFact): Found {
  const proxy = proxies[0]
  return {
    severity: 'warning',
    confidence: proxy ? 'medium' : 'low',
    title: `the app believes X-Forwarded headers, and ${container.name} is open to everybody`,
    why: `${at(trust.place)} trusts the headers of whoever connects, and ${port.text} is published on all interfaces: a client can give itself any address and pretend https.`,
    do: `Publish it for this host only: 127.0.0.1:${port.text}${proxy ? `, so that only ${proxy.kind} reaches it` : ''}; and set app.maxIpsCount = 1, so that only the last address counts.`,
    at: [{ place: port.place }, { place: trust.place, note: 'trusts the headers' }],
    fix: manual,
  }
}
