import { posix } from 'node:path'
import type { CommandFact, ProcessFact, ThreadFact } from '../facts/deployment.js'
import type { LifecycleFact } from '../facts/lifecycle.js'
import type { PythonFact, PythonSetting } from '../facts/python.js'
import type { SecretFact } from '../facts/secret.js'
import type { Facts } from '../facts.js'
import type { Project } from '../project/project.js'
import { collectDeployment } from './deployment/collect-deployment.js'
import { gunicornThreads } from './deployment/thread-facts.js'
import { deploymentOf } from './flask-beside.js'
import { flaskSession } from './flask-session.js'
import { flaskState } from './flask-state.js'
import { usesFlaskSession } from './flask-usage.js'

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

/**
 * A Flask app, for people who leave it: its key, its sessions, its workers and threads. Nothing of it is written. Where a Node app shares
 * the directory, what starts that one counts for nothing.
 */
export async function pythonFacts(project: Project, dir: string, isShared = false): Promise<Facts | undefined> {
  const files = project.files.filter(
    (file) => file.endsWith('.py') && /^\s*(from|import)\s+flask\b/m.test(project.text(file) ?? ''),
  )
  if (files.length === 0) return undefined
  const deployed = await collectDeployment(project, { dir, others: [dir] })
  const deployment = isShared ? deploymentOf('python', deployed) : deployed
  const { python } = deployment
  if (python === undefined) return undefined
  return {
    ...deployment,
    app: {
      dir,
      name: nameOf(project, dir),
      version: undefined,
      packageFile: undefined,
      entry: python.file,
      modules: 'module',
      typescript: false,
      install: [],
      sharesSettings: false,
      readsSettings: false,
      installer: 'npm',
      idleStores: [],
    },
    framework: { name: 'flask', version: versionOf(project), generators: false, instances: [] },
    sessions: usesFlaskSession(project) ? [flaskSession(project, python)] : [],
    secretTexts: [],
    secrets: keysOf(project, python).flatMap((key) => secretsOf(key, preloadsApp(python, deployment.commands))),
    processes: deployment.processes.length > 0 ? deployment.processes : byGunicorn(python),
    threads: deployment.threads.length > 0 ? deployment.threads : threadsByGunicorn(python),
    trust: python.settings
      .filter(({ name }) => /ProxyFix|trusted_proxy|forwarded_allow_ips/.test(name))
      .map(({ place }) => ({ value: true, place, limited: true })),
    redisClients: [],
    localState: flaskState(project),
    lifecycle: nothing,
    logins: [],
    logouts: [],
    bootEffects: [],
    unread: [],
  }
}

/** Where the configuration is given its key; other reads of the variable are not where it comes from. */
function keysOf(project: Project, { settings }: PythonFact): PythonSetting[] {
  const keys = settings.filter(
    ({ name, variable, value, random, made, named }) =>
      /^secret_key$/i.test(name) && (variable ?? value ?? random ?? made ?? named) !== undefined,
  )
  const given = keys.filter(({ place, sink = place }) => {
    const { file, start, end } = sink
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

/** Nothing but gunicorn.conf.py tells: what it says of workers. */
function byGunicorn({ file, server, workers, formula, settings, places }: PythonFact): ProcessFact[] {
  const said = settings.find(({ name, place }) => name === 'workers' && place.file === file)
  const place = said?.place ?? places[0]
  if (server !== 'gunicorn' || place === undefined) return []
  const kind = workers === 1 ? 'single' : 'cluster'
  const variable = said?.variable
  return [
    {
      kind,
      count: workers,
      variable,
      formula,
      place,
      when: 'any',
      script: undefined,
      said: `gunicorn workers: ${workers ?? 'computed'}`,
    },
  ]
}

function threadsByGunicorn({ file, server, threads, settings, places }: PythonFact): ThreadFact[] {
  const said = settings.find(({ name, place }) => name === 'threads' && place.file === file)
  const place = said?.place ?? places[0]
  if (server !== 'gunicorn' || place === undefined) return []
  return [gunicornThreads(said === undefined ? undefined : threads, place)]
}

function nameOf(project: Project, dir: string): string {
  const text = project.text(posix.join(dir, 'pyproject.toml')) ?? ''
  return /^name\s*=\s*["']([^"']+)["']/m.exec(text)?.[1] ?? (dir === '.' ? 'app' : posix.basename(dir))
}

/** As requirements.txt has it. */
function versionOf(project: Project): string | undefined {
  const file = project.files.find((each) => /^requirements[\w-]*\.txt$/.test(posix.basename(each)))
  return /^flask\s*([=<>~!]=?[^\s;#]*)/im.exec((file && project.text(file)) ?? '')?.[1]
}

function kindOf({ value, variable, fallback, random, named }: PythonSetting): SecretFact['kind'] {
  if (variable !== undefined) return fallback === undefined ? 'env' : 'env-with-default'
  if (random !== undefined) return 'random'
  if (value !== undefined) return 'literal'
  return named === undefined ? 'unknown' : 'config-file'
}

/** The key; and beside a variable what is made at random where it is unset. Made once, where Gunicorn loads the app before it forks. */
function secretsOf(setting: PythonSetting, preloads: boolean): SecretFact[] {
  const { value, variable, fallback, random, place, sink = place } = setting
  const kind = kindOf(setting)
  const fact: SecretFact = {
    kind,
    when: 'any',
    place,
    sink: {
      name: 'SECRET_KEY',
      place: sink,
      statement: sink,
      indent: '',
      semicolon: false,
      property: undefined,
      leftovers: [],
    },
    value,
    variable,
    fallback: fallback === undefined ? undefined : { kind: 'literal', value: fallback, place },
    via: random,
    shape: 'unknown',
    keys: undefined,
    guarded: false,
    once: preloads && random !== undefined ? 'primary' : undefined,
    alsoUsedBy: [],
  }
  return kind === 'random' || random === undefined
    ? [fact]
    : [
        { ...fact, once: undefined },
        { ...fact, kind: 'random' },
      ]
}

/** `preload_app = True`, or `gunicorn --preload`. */
const preloadsApp = (python: PythonFact, commands: readonly CommandFact[]) =>
  python.hooks.some(({ name }) => name === 'preload_app') || commands.some(({ args }) => args.includes('--preload'))
