import { posix } from 'node:path'
import type { LifecycleFact } from '../facts/lifecycle.js'
import type { PythonFact, PythonSetting } from '../facts/python.js'
import type { SecretFact } from '../facts/secret.js'
import type { SessionFact, StoreFact, StoreKind } from '../facts/session.js'
import type { Facts } from '../facts.js'
import type { Place } from '../place.js'
import type { Project } from '../project/project.js'
import { collectDeployment } from './deployment/collect-deployment.js'
import { isShared } from './libraries.js'

const nothing: LifecycleFact = {
  sigterm: undefined,
  drains: undefined,
  closesServer: undefined,
  survivesUncaught: undefined,
  listen: undefined,
  keepAliveTimeout: undefined,
  forks: [],
  pools: [],
  ownHttps: false,
}

/** A Flask app, for people who leave it: its key, its sessions, its workers and threads. Nothing of it is written. */
export async function pythonFacts(project: Project): Promise<Facts | undefined> {
  const files = project.files.filter(
    (file) => file.endsWith('.py') && /^\s*(from|import)\s+flask\b/m.test(project.text(file) ?? ''),
  )
  if (files.length === 0) return undefined
  const deployment = await collectDeployment(project, { dir: '.' })
  const { python } = deployment
  if (python === undefined) return undefined
  return {
    ...deployment,
    app: {
      dir: '.',
      name: nameOf(project),
      version: undefined,
      packageFile: undefined,
      entry: python.file,
      modules: 'module',
      typescript: false,
    },
    framework: { name: 'flask', version: versionOf(project), generators: false, instances: [] },
    sessions: [sessionOf(python)],
    secrets: keysOf(project, python).map(secretOf),
    trust: python.settings
      .filter(({ name }) => /ProxyFix|trusted_proxy|forwarded_allow_ips/.test(name))
      .map(({ place }) => ({ value: true, place, limited: true })),
    redisClients: [],
    localState: [],
    lifecycle: nothing,
    logins: [],
    logouts: [],
    bootEffects: [],
  }
}

/** Where the configuration is given its key; other reads of the variable are not where it comes from. */
function keysOf(project: Project, { settings }: PythonFact): PythonSetting[] {
  const keys = settings.filter(
    ({ name, variable, value }) => /^secret_key$/i.test(name) && (variable ?? value) !== undefined,
  )
  const given = keys.filter(({ place: { file, start, end } }) => {
    const text = project.text(file) ?? ''
    const line = text.slice(text.lastIndexOf('\n', start) + 1, end)
    return (
      /^\s*(\w*conf\w*\[['"]secret_key['"]\]|(\w+\.)?(config\[['"]SECRET_KEY['"]\]|secret_key)|SECRET_KEY)\s*(:\s*\w+\s*)?=[^=]/i.test(
        line,
      ) && !/^\s*secret_key/.test(line)
    )
  })
  return given.length > 0 ? given : keys.slice(0, 1)
}

function nameOf(project: Project): string {
  const text = project.text('pyproject.toml') ?? ''
  return /^name\s*=\s*["']([^"']+)["']/m.exec(text)?.[1] ?? 'app'
}

/** As requirements.txt has it. */
function versionOf(project: Project): string | undefined {
  const file = project.files.find((each) => /^requirements[\w-]*\.txt$/.test(posix.basename(each)))
  return /^flask\s*([=<>~!]=?[^\s;#]*)/im.exec((file && project.text(file)) ?? '')?.[1]
}

const kinds: Readonly<Record<string, StoreKind>> = {
  redis: 'redis',
  filesystem: 'file',
  cachelib: 'file',
  sqlalchemy: 'sql',
  mongodb: 'mongo',
  memcached: 'custom',
  dynamodb: 'custom',
}

/** Flask's own session is in a signed cookie; Flask-Session's is where SESSION_TYPE says. */
function sessionOf(python: PythonFact): SessionFact {
  const types = python.settings.filter(({ name }) => name === 'SESSION_TYPE')
  const type =
    types.find(({ value }) => value === 'redis') ?? types.find(({ value }) => value !== undefined && value in kinds)
  const key = python.settings.find(({ name }) => /^secret_key$/i.test(name))
  const place = type?.place ?? key?.place ?? fileStart(python.file)
  return {
    library: type === undefined ? 'flask' : 'flask-session',
    version: undefined,
    place,
    store: storeOf(type, place),
    cookie: {},
    signed: type === undefined ? true : undefined,
    options: undefined,
    appName: undefined,
    port: { edits: undefined, why: 'Flask is Python' },
  }
}

function storeOf(type: PythonSetting | undefined, place: Place): StoreFact {
  const kind = type === undefined ? 'cookie' : (kinds[type.value ?? ''] ?? 'unknown')
  return {
    kind,
    shared: isShared(kind),
    evidence: [place],
    how: 'given',
    via: type?.value,
    directory: undefined,
    expires: undefined,
    expiresAt: undefined,
  }
}

const fileStart = (file: string): Place => ({ file, start: 0, end: 0, line: 1, column: 1 })

function kindOf(value?: string, variable?: string, fallback?: string, random?: string): SecretFact['kind'] {
  if (random !== undefined) return 'random'
  if (variable === undefined) return value === undefined ? 'unknown' : 'literal'
  return fallback === undefined ? 'env' : 'env-with-default'
}

function secretOf({ value, variable, fallback, place }: PythonSetting): SecretFact {
  const random =
    value === undefined ? undefined : /urandom|token_(?:hex|bytes|urlsafe)|uuid\w*|randbytes/.exec(value)?.[0]
  const kind = kindOf(value, variable, fallback, random)
  return {
    kind,
    when: 'any',
    place,
    sink: { name: 'SECRET_KEY', place, statement: place, indent: '', semicolon: false },
    value: random === undefined ? value : undefined,
    variable,
    fallback: fallback === undefined ? undefined : { kind: 'literal', value: fallback, place },
    via: random,
    shape: 'unknown',
    keys: undefined,
    guarded: false,
    once: undefined,
    alsoUsedBy: [],
  }
}
