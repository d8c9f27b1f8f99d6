import type { RedisServerFact } from '../facts/redis.js'
import type { Facts } from '../facts.js'
import type { Fix, Found, Rule } from '../finding.js'
import { isForDevelopers } from '../wording/deployed-files.js'
import { manual } from '../wording/processes.js'
import { koaApp } from '../wording/samples.js'

const session = 'app.use(session(app))'
const compose = (rest: string) => `services:\n  app:\n    build: .\n  redis:\n    image: redis:7\n${rest}`
const published = '    ports:\n      - "6379:6379"\n'

const rule: Rule = {
  id: 'RDS02',
  slug: 'redis-exposed',
  step: 'store',
  standards: ['CWE-306', 'CWE-319', 'OWASP ASVS 5.0 13.2.3'],
  text: {
    summary: 'Redis can be reached by everybody, or is spoken to without password and TLS over the network.',
    why: 'Who reaches Redis reads, forges and ends the session of any user, and can use it to take over the machine. Docker publishes ports past the firewall of the host.',
    remedy:
      'Publish it on 127.0.0.1, or not at all: containers of one compose file reach it by its name. Set a password; use `rediss://` for a Redis on another host.',
    exceptions:
      'Silent for ports bound to this host, for servers with a password, for private addresses, and for development files.',
  },
  find: (facts) => [...openServers(facts), ...plainAddresses(facts)],
  samples: {
    bad: [
      { name: 'published without a password', files: { ...koaApp(session), 'docker-compose.yml': compose(published) } },
      {
        name: 'over the network without a password',
        files: {
          ...koaApp(session),
          'docker-compose.yml':
            'services:\n  app:\n    build: .\n    environment:\n      REDIS_URL: redis://redis.example.com:6379\n',
        },
      },
    ],
    good: [
      {
        name: 'published for this host',
        files: { ...koaApp(session), 'docker-compose.yml': compose('    ports:\n      - "127.0.0.1:6379:6379"\n') },
      },
      {
        name: 'with a password',
        files: {
          ...koaApp(session),
          'docker-compose.yml': compose(`    command: redis-server --requirepass \${REDIS_PASSWORD}\n${published}`),
        },
      },
      { name: 'not published', files: { ...koaApp(session), 'docker-compose.yml': compose('') } },
      { name: 'for development', files: { ...koaApp(session), 'docker-compose.dev.yml': compose(published) } },
      {
        name: 'in the same network',
        files: {
          ...koaApp(session),
          'docker-compose.yml':
            'services:\n  app:\n    build: .\n    environment:\n      REDIS_URL: redis://redis:6379\n',
        },
      },
    ],
  },
}

export default rule

function openServers(facts: Facts): Found[] {
  return facts.redisServers
    .filter(({ published, password }) => published?.allInterfaces && password !== true)
    .filter(({ place }) => !isForDevelopers(facts, place))
    .map((server) =>
      exposed(
        server,
        facts.containers.some(({ place }) => place.file === server.place.file),
      ),
    )
}

/** A compose file without the app is mostly what developers start beside it. */
function exposed(server: RedisServerFact, besideApp: boolean): Found {
  const { name, password, published, place } = server
  const isOpen = password === false
  return {
    severity: isOpen && besideApp ? 'error' : 'warning',
    confidence: isOpen && besideApp ? 'high' : 'medium',
    title: `${name} is open to everybody${isOpen ? ', without a password' : ''}`,
    why: `${published?.text} is published on all interfaces${isOpen ? ' and no password is set' : ', and whether it has a password is not to be seen here'}. Docker opens it past the firewall of the host. Who reaches it reads and forges the session of any user.`,
    do: `Publish it for this host only: "127.0.0.1:${published?.text}", or take ports away: services of one compose file reach it as ${name}:6379.`,
    at: [{ place: published?.place ?? place }],
    fix: bindFix(server),
  }
}

/** The address before `6379:6379`, inside its quotes. */
function bindFix({ published }: RedisServerFact): Fix {
  if (!published || !/^\d+:\d+$/.test(published.text)) return manual
  const { place, text } = published
  const around = place.end - place.start - text.length
  if (around !== 0 && around !== 2) return manual
  const start = place.start + around / 2
  return { grade: 'safe', edits: [{ file: place.file, start, end: start, text: '127.0.0.1:' }] }
}

/** Addresses of Redis that files give to production. They may hold a password: only what is missing is said. */
function plainAddresses({ variables, redisClients }: Facts): Found[] {
  const written = variables
    .filter(({ name, example, when }) => /REDIS/.test(name) && !example && when !== 'development' && when !== 'test')
    .map(({ value, place, name }) => ({ url: value, place, name }))
  const inCode = redisClients.map(({ url, place }) => ({ url, place, name: undefined }))
  return [...written, ...inCode].flatMap(({ url, place, name }) => {
    const lack = lackOf(url)
    if (!lack) return []
    return [
      {
        severity: 'warning',
        confidence: 'medium',
        title: `${name ?? 'the client'} speaks to Redis on another host ${lack}`,
        why: `Sessions and the ids that open them go over the network, ${lack === 'without a password' ? 'and whoever reaches that Redis reads and forges them' : 'where they can be read on the way, and the password with them'}.`,
        do: 'Use rediss:// with a password that only this app has, kept out of git.',
        at: [{ place }],
        fix: manual,
      },
    ] satisfies Found[]
  })
}

function lackOf(url: string | undefined): 'without a password' | 'without TLS' | undefined {
  if (url === undefined || !/^redis:\/\//.test(url) || !URL.canParse(url)) return undefined
  const { hostname, password } = new URL(url)
  if (!isRemote(hostname)) return undefined
  return password === '' ? 'without a password' : 'without TLS'
}

/** A public name or address. One word is a service of the same network. */
function isRemote(host: string): boolean {
  if (/\$|[{}<>]/.test(host) || !host.includes('.')) return false
  if (/^[\d.]+$/.test(host)) return !/^(127|10|192\.168|172\.(1[6-9]|2\d|3[01])|169\.254|0)\./.test(host)
  return !/\.(local|internal|lan|localhost|svc|cluster\.local|test)$|\.svc\./.test(host)
}
