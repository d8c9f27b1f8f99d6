import type { LiveFacts } from './live-facts.js'
import type { LiveSample } from './live-rule.js'

/** A set-up in which no rule finds anything. Samples say what is different. */
const sound: { readonly [Part in keyof LiveFacts]: NonNullable<LiveFacts[Part]> } = {
  configuration: {
    node: '22.12.0',
    nodeEnv: 'production',
    ours: true,
    backend: 'redis',
    because: 'REDIS_URL is set',
    cookieName: '__Host-session',
    settings: [
      { name: 'keys', source: 'SECRET_KEY' },
      { name: 'redis', source: 'REDIS_URL' },
    ],
    keys: [{ variable: 'SECRET_KEY', bytes: 43, weakness: null }],
    keyVariables: null,
    refused: null,
  },
  redis: {
    address: 'redis://127.0.0.1:6379',
    tls: false,
    local: true,
    password: true,
    state: 'serves',
    said: null,
    user: 'app',
    server: 'redis',
    version: '7.4.0',
    latency: 0.3,
    evictionPolicy: 'noeviction',
    memoryLimit: 0,
    persistence: { snapshots: true, log: true },
    clockDifference: 3,
  },
  directory: {
    path: '/var/lib/shop/sessions',
    state: 'private',
    said: null,
    fileSystem: { name: 'ext4', kind: 'local' },
    free: 0.6,
    sessions: 120,
    expired: 12,
    countedAll: true,
    threshold: 1000,
  },
  fleet: { groups: 1, differences: [], sameKeys: true },
  visit: {
    url: 'https://shop.example',
    page: '/account',
    login: { request: 'POST /login', status: 302, said: null },
    cookies: [
      {
        name: '__Host-session',
        session: true,
        httpOnly: true,
        secure: true,
        sameSite: 'lax',
        path: '/',
        domain: null,
      },
    ],
    uncached: true,
    asked: 100,
    answered: 100,
    loggedIn: 100,
    toldBy: 'text',
    workers: { count: 4, by: 'the header X-Worker' },
    latency: 4,
  },
}

/** The facts of a sample, whole. */
export function sampleFacts({ live }: LiveSample): LiveFacts {
  const part = <Name extends keyof LiveFacts>(name: Name): LiveFacts[Name] =>
    live[name] === null ? (null as LiveFacts[Name]) : { ...sound[name], ...live[name] }
  return {
    configuration: { ...sound.configuration, ...live.configuration },
    redis: part('redis'),
    directory: part('directory'),
    fleet: part('fleet'),
    visit: part('visit'),
  }
}
