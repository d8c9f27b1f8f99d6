import type { VariableFact } from '../../lib/audit/facts/deployment.js'
import type { SecretFact } from '../../lib/audit/facts/secret.js'
import type { SessionFact } from '../../lib/audit/facts/session.js'
import type { Facts } from '../../lib/audit/facts.js'
import type { Found, Rule } from '../../lib/audit/finding.js'
import type { JudgedApp } from '../../lib/audit/judged.js'
import { type Place, Places } from '../../lib/audit/place.js'
import { type Plan, type PlanOptions, plan } from '../../lib/audit/plan.js'
import type { Project } from '../../lib/audit/project/project.js'
import type { Topology } from '../../lib/audit/topology.js'

export type Files = Readonly<Record<string, string>>

/** A directory as values. */
export function projectOf(files: Files): Project {
  return {
    files: Object.keys(files).sort(),
    tracked: () => undefined,
    ignored: () => false,
    text: (file) => files[file],
    unread: [],
    lockFiles: [],
    typeAbove: undefined,
  }
}

/** The place of a text in a file; it must be there. */
export function placeOf(files: Files, file: string, needle: string): Place {
  const text = files[file] ?? ''
  const start = text.indexOf(needle)
  if (start === -1) throw new Error(`${file} has no ${JSON.stringify(needle)}`)
  return new Places(file, text).at(start, start + needle.length)
}

/** Facts in which nothing was found. */
export const noFacts: Facts = {
  app: {
    dir: '.',
    name: 'shop',
    version: '1.0.0',
    packageFile: 'package.json',
    entry: 'src/app.js',
    modules: 'commonjs',
    typescript: false,
    install: [],
    sharesSettings: false,
    readsSettings: false,
    installer: 'npm',
    idleStores: [],
  },
  framework: { name: 'koa', version: '^2.15.0', generators: false, instances: [] },
  sessions: [],
  secrets: [],
  secretTexts: [],
  variables: [],
  commands: [],
  processes: [],
  threads: [],
  hosts: [],
  containers: [],
  settings: [],
  proxies: [],
  trust: [],
  redisServers: [],
  redisClients: [],
  grace: [],
  localState: [],
  lifecycle: {
    sigterm: undefined,
    drains: undefined,
    closesServer: undefined,
    survivesUncaught: undefined,
    listen: undefined,
    keepAliveTimeout: undefined,
    forks: [],
    pools: [],
    ownHttps: false,
  },
  logins: [],
  logouts: [],
  bootEffects: [],
  python: undefined,
  served: [],
  unread: [],
  notLooked: [],
}

export const fourWorkers: Topology = {
  now: { kind: 'single', count: 1, evidence: [] },
  target: { workers: 4, hosts: 1 },
  several: false,
  needsRedis: false,
  store: 'file',
}

export function secretFact(place: Place, more: Partial<SecretFact>): SecretFact {
  return {
    kind: 'literal',
    when: 'any',
    place,
    sink: {
      name: 'app.keys',
      place,
      statement: place,
      indent: '',
      semicolon: false,
      property: undefined,
      leftovers: [],
    },
    value: undefined,
    variable: undefined,
    fallback: undefined,
    via: undefined,
    shape: 'array',
    keys: 1,
    guarded: false,
    once: undefined,
    alsoUsedBy: [],
    ...more,
  }
}

export function variableFact(
  name: string,
  value: string,
  place: Place,
  more: Partial<VariableFact> = {},
): VariableFact {
  return {
    name,
    value,
    source: 'env-file',
    service: undefined,
    place,
    when: 'production',
    example: false,
    fromSecret: false,
    fallback: false,
    tracked: undefined,
    ...more,
  }
}

export function sessionFact(place: Place): SessionFact {
  return {
    library: 'koa-session',
    version: '^6.4.0',
    place,
    store: {
      kind: 'memory',
      shared: false,
      evidence: [place],
      how: 'custom',
      via: undefined,
      directory: undefined,
      expires: undefined,
      expiresAt: undefined,
    },
    cookie: { httpOnly: { value: false, place, when: 'any' } },
    signed: true,
    options: undefined,
    appName: 'app',
    port: { edits: undefined, why: 'it is made up' },
  }
}

/** A rule that finds what it is told. */
export function ruleOf(id: string, slug: string, step: Rule['step'], found: readonly Found[] = []): Rule {
  return {
    id,
    slug,
    step,
    standards: ['CWE-330', 'ASVS 13.3.1'],
    text: { summary: `${slug} in short.`, why: 'It **matters**.', remedy: 'Mend it.', exceptions: 'None.' },
    find: () => found,
    samples: { bad: [], good: [] },
  }
}

export function foundAt(place: Place, more: Partial<Found> = {}): Found {
  return {
    severity: 'error',
    confidence: 'high',
    title: 'the key is made anew in every process',
    why: 'Every worker signs with another key, so three of four answer "logged out".',
    do: 'Put one key into the environment of all workers.',
    at: [{ place }],
    ...more,
  }
}

export function judged(results: readonly Rule[], facts: Partial<Facts> = {}, more: Partial<JudgedApp> = {}): JudgedApp {
  const all = { ...noFacts, ...facts }
  return {
    facts: all,
    topology: fourWorkers,
    verdict: {
      sessions: 'breaks',
      app: 'breaks',
      visibility: 0.25,
      why: 'with 4 workers a login is seen by about 1 request in 4.',
    },
    answers: {
      secret: 'The key is made anew in every process (src/app.js:3).',
      store: 'Sessions are in a Map of this process (src/app.js:4).',
      processes: 'One process now: package.json "start" runs node src/app.js.',
    },
    results: results.map((rule) => ({ rule, found: rule.find(all, fourWorkers) })),
    ...more,
  }
}

export const planOptions: PlanOptions = {
  version: '0.0.0',
  minConfidence: 'medium',
  baseline: undefined,
  oneOfSeveral: false,
}

export function planOf(files: Files, apps: readonly JudgedApp[], more: Partial<PlanOptions> = {}): Promise<Plan> {
  return plan(projectOf(files), apps, { ...planOptions, ...more })
}

export const shopFiles: Files = {
  'package.json': '{\n  "name": "shop",\n  "scripts": { "start": "node src/app.js" }\n}\n',
  'src/app.js': `const Koa = require('koa');
const app = new Koa();
app.keys = [crypto.randomBytes(16).toString('hex')];
app.use(session({ store: new Map(), httpOnly: false }, app));
app.listen(3000);
`,
}

/** The app of the examples: a random key, sessions in a Map, an open cookie, one process. */
export function shop(): JudgedApp {
  const at = (needle: string) => placeOf(shopFiles, 'src/app.js', needle)
  const key = at("[crypto.randomBytes(16).toString('hex')]")
  const store = at('store: new Map()')
  const cookie = at(', httpOnly: false')
  const start = placeOf(shopFiles, 'package.json', 'node src/app.js')
  const rules = [
    ruleOf('CKE01', 'cookie-httponly-false', 'cookie', [
      foundAt(cookie, {
        title: 'scripts of the page can read the cookie',
        fix: { grade: 'safe', edits: [{ file: cookie.file, start: cookie.start, end: cookie.end, text: '' }] },
      }),
    ]),
    ruleOf('SEC01', 'secret-random-per-process', 'secret', [
      foundAt(key, {
        at: [{ place: key }, { place: start, note: '4 processes are the target' }],
        fix: {
          grade: 'review',
          edits: [
            { file: key.file, start: key.start, end: key.end, text: '[process.env.SESSION_SECRET]' },
            { file: '.env.example', start: 0, end: 0, text: 'SESSION_SECRET=\n' },
          ],
        },
      }),
    ]),
    ruleOf('STO02', 'store-memory-custom', 'store', [
      foundAt(store, { title: 'sessions live in this process', severity: 'error' }),
    ]),
    ruleOf('PRC01', 'single-process-start', 'processes', [foundAt(start, { severity: 'note', title: 'one process' })]),
    ruleOf('SEC08', 'secret-no-rotation', 'secret'),
  ]
  return judged(rules, { sessions: [sessionFact(at('session('))], secrets: [secretFact(key, { kind: 'random' })] })
}
