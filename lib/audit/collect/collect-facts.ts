import { posix } from 'node:path'
import { emptyFacts } from '../empty-facts.js'
import type { AppFact, FrameworkFact } from '../facts/app.js'
import type { Facts } from '../facts.js'
import type { NotLooked, Project } from '../project/project.js'
import type { Module } from '../source/modules.js'
import { parse } from '../source/parse.js'
import { isUnbalanced } from '../source/unbalanced.js'
import { at } from '../wording/places.js'
import { type AppScope, findApps } from './apps.js'
import { Attempts } from './attempts.js'
import { collectBootEffects } from './boot-effects.js'
import { collectCodeProcesses, collectCodeThreads } from './code-processes.js'
import type { CodeScope } from './code-scope.js'
import { collectDeployment } from './deployment/collect-deployment.js'
import { workersOfEgg } from './egg-workers.js'
import { deploymentOf, flaskBeside } from './flask-beside.js'
import { collectMounted } from './framework-sessions.js'
import { generatedKeys, keptKeys } from './generated-keys.js'
import { idleStores } from './idle-stores.js'
import { installerOf } from './installer.js'
import { collectInstances, instanceFacts, type KoaInstance } from './instances.js'
import { collectLifecycle } from './lifecycle.js'
import { withLogins } from './local-state/logins.js'
import { collectLocalState } from './local-state.js'
import { collectLookups, type Lookup } from './lookups.js'
import { openScope } from './open-scope.js'
import { chosenByDeployment } from './our-store.js'
import { collectOwnSessions } from './own-sessions.js'
import { installEdits, readManifestFile } from './port/manifest.js'
import { pythonFacts } from './python-app.js'
import { pythonDirs, pythonProject } from './python-dirs.js'
import { collectRedisClients } from './redis-clients.js'
import { collectLogins, collectLogouts } from './routes.js'
import { collectSinks } from './secret-sinks.js'
import { textsByName } from './secrets/texts-by-name.js'
import { textsCompared } from './secrets/texts-compared.js'
import { textsInComments } from './secrets/texts-in-comments.js'
import { textsOfKeys } from './secrets/texts-of-keys.js'
import { readSecrets } from './secrets.js'
import { collectServed } from './served.js'
import { mayServe } from './serving-script.js'
import { collectSessionCalls } from './sessions.js'
import { collectTrust } from './trust.js'
import { collectUnread } from './unread.js'

export interface Wanted {
  /** Of this tool; where it is left out, package.json is not written. */
  readonly version?: string
  /** The file that starts the server, where the user says so. */
  readonly entry: string | undefined
  /** One app of several: its name or directory. */
  readonly workspace: string | undefined
  readonly progress: ((done: number, total: number) => void) | undefined
}

/** The facts of every app in the project. */
export async function collectFacts(project: Project, wanted: Wanted): Promise<Facts[]> {
  const apps = findApps(project, wanted.entry).filter((app) => isWanted(app, wanted.workspace))
  const others = pythonDirs(
    project,
    apps.map(({ dir }) => dir),
  )
  const found: Facts[] = []
  for (const [index, app] of apps.entries()) {
    wanted.progress?.(index, apps.length)
    found.push(await factsOf(project, app, wanted, others))
  }
  return [...found, ...(await pythonApps(project, found, wanted.workspace, others))]
}

/** Flask apps beside the Node apps, or several of them; else the whole project may be one. */
async function pythonApps(
  project: Project,
  node: readonly Facts[],
  workspace: string | undefined,
  dirs: readonly string[],
): Promise<Facts[]> {
  const nodeDirs = node.map(({ app }) => app.dir)
  const wanted = workspace?.replace(/\/$/, '')
  if (node.length === 0 && wanted === undefined && dirs.length < 2) return found(await pythonFacts(project, '.'))
  const apps: Facts[] = []
  const shared = nodeDirs.filter((dir) => flaskBeside(project, dir, [...nodeDirs, ...dirs]))
  for (const dir of [...dirs, ...shared].filter((each) => wanted === undefined || each === wanted)) {
    const apart = [...nodeDirs, ...dirs.filter((each) => each !== dir)]
    apps.push(...found(await pythonFacts(pythonProject(project, dir, apart), dir, shared.includes(dir))))
  }
  return apps
}

const found = (facts: Facts | undefined): Facts[] => (facts === undefined ? [] : [facts])

const isWanted = ({ dir, manifest }: AppScope, workspace: string | undefined) =>
  workspace === undefined || dir === workspace.replace(/\/$/, '') || manifest.name === workspace

async function factsOf(
  project: Project,
  app: AppScope,
  { entry, version }: Wanted,
  others: readonly string[],
): Promise<Facts> {
  const packageFile = app.packageFile === undefined ? {} : { packageFile: app.packageFile }
  const deployed = await collectDeployment(project, { dir: app.dir, others, ...packageFile })
  const deployment = flaskBeside(project, app.dir, others) ? deploymentOf('node', deployed) : deployed
  const manifest = await readManifestFile(project, app.packageFile, version)
  const scope = openScope(project, parse, app, deployment.commands, { entry, manifest })
  const attempts = new Attempts()
  const none = emptyFacts()
  const instances = attempts.make('the app object', () => collectInstances(scope), [])
  const lookups = attempts.make('look-ups of logins', () => collectLookups(scope), [])
  const found = attempts.make(
    'sessions and keys',
    () => sessionFacts(scope, app, instances, { lookups, variables: deployment.variables }),
    none,
  )
  const isOfServer = ({ script }: { script?: string | undefined }) => script === undefined || mayServe(scope, script)
  const processes = [
    ...deployment.processes.filter((fact) => fact.kind !== 'single' || isOfServer(fact)),
    ...attempts.make('processes that the code starts', () => collectCodeProcesses(scope), []),
  ]
  const facts = {
    ...deployment,
    grace: deployment.grace.filter(isOfServer),
    settings: deployment.settings.filter(isOfServer),
    app: appFact(app, scope, found.sessions),
    framework: frameworkFact(app, scope, instances),
    sessions: found.sessions,
    secrets: found.secrets,
    processes: [...processes, ...workersOfEgg(project, app, processes)],
    threads: [...deployment.threads, ...attempts.make('threads', () => collectCodeThreads(scope), [])],
    trust: attempts.make('trust in a proxy', () => collectTrust(scope, instances), []),
    localState: attempts.make(
      'state of the process',
      () => withLogins(collectLocalState(scope), lookups, found.sessions),
      [],
    ),
    redisClients: attempts.make('clients of Redis', () => collectRedisClients(scope), []),
    lifecycle: attempts.make('start and shutdown', () => collectLifecycle(scope), none.lifecycle),
    logins: attempts.make('logins', () => collectLogins(scope), []),
    logouts: attempts.make('logouts', () => collectLogouts(scope), []),
    bootEffects: attempts.make('work at the start', () => collectBootEffects(scope), []),
    served: [...deployment.served, ...attempts.make('served directories', () => collectServed(scope), [])],
  }
  parseBroken(scope)
  const unread = collectUnread(scope, found.sessions)
  return {
    ...facts,
    unread,
    // Last: every module that a place can point into has been parsed by now.
    secretTexts: [...found.secretTexts, ...scope.modules.parsed().flatMap(textsOfModule)],
    notLooked: [
      ...deployment.notLooked,
      ...attempts.notLooked,
      ...broken(scope),
      ...undecided(found),
      ...absent(scope, unread),
    ],
  }
}

const textsOfModule = (module: Module) => [...textsByName(module), ...textsCompared(module), ...textsInComments(module)]

function sessionFacts(
  scope: CodeScope,
  app: AppScope,
  instances: readonly KoaInstance[],
  { lookups, variables }: { readonly lookups: readonly Lookup[]; readonly variables: Facts['variables'] },
): Pick<Facts, 'sessions' | 'secrets' | 'secretTexts'> {
  const calls = collectSessionCalls(scope)
  const mounted = collectMounted(scope, app.framework)
  const sinks = [...collectSinks(scope, instances, calls), ...mounted.sinks]
  const secrets = readSecrets(scope, sinks, calls)
  const sessions = [...calls.map(({ fact }) => chosenByDeployment(fact, variables)), ...mounted.sessions]
  return {
    sessions: sessions.length > 0 ? sessions : collectOwnSessions(scope, lookups),
    secrets: [...secrets, ...generatedKeys(scope, secrets), ...keptKeys(scope, secrets)],
    secretTexts: textsOfKeys(scope, sinks),
  }
}

function appFact(app: AppScope, scope: CodeScope, sessions: Facts['sessions']): AppFact {
  const type = app.packageFile === undefined ? scope.modules.project.typeAbove : app.manifest.type
  const isModule = type === 'module' || scope.server.every((file) => /\.m[jt]s$/.test(file))
  return {
    dir: app.dir,
    name: app.manifest.name ?? (app.dir === '.' ? 'app' : app.dir),
    version: app.manifest.version,
    packageFile: app.packageFile,
    entry: scope.entries[0],
    modules: isModule ? 'module' : 'commonjs',
    typescript: scope.server.some((file) => /\.[cm]?tsx?$/.test(file)),
    install: scope.manifest === undefined ? [] : installEdits(scope.manifest),
    sharesSettings: sharesSettings(scope.modules.project, app.dir),
    readsSettings: scope.server.some((file) => /\bdotenv\b|loadEnvFile\(/.test(scope.modules.project.text(file) ?? '')),
    installer: installerOf(scope.modules.project, app),
    idleStores: idleStores(scope, sessions),
  }
}

function frameworkFact(
  { framework, manifest }: AppScope,
  { generators }: CodeScope,
  instances: readonly KoaInstance[],
): FrameworkFact {
  return {
    name: framework,
    version: manifest.dependencies.get(framework),
    generators,
    instances: instanceFacts(instances),
  }
}

/** There is a git checkout, and nothing in .gitignore covers the file. */
function sharesSettings(project: Project, dir: string): boolean {
  const file = posix.join(dir, '.env')
  return project.files.some((each) => project.tracked(each) !== undefined) && !project.ignored(file)
}

/** Most files need no parsing; of those that are broken people want to hear all the same. */
function parseBroken({ modules, server }: CodeScope): void {
  const parsed = new Set(modules.parsed().map(({ file }) => file))
  for (const file of server) if (!parsed.has(file) && isUnbalanced(modules.project.text(file) ?? '')) modules.get(file)
}

const broken = ({ modules }: CodeScope): NotLooked[] => [
  ...[...new Set(modules.broken)].map((what) => ({ what, why: 'no parser could read it' })),
  ...modules.rescued.map((what) => ({ what, why: 'its syntax is broken, so only a part of it was understood' })),
]

const absent = ({ modules }: CodeScope, unread: readonly string[]): NotLooked[] =>
  unread
    .filter((path) => !modules.has(path))
    .map((path) => ({ what: path, why: 'the server loads it, and it is not here; it may mount a session' }))

/** What the source does not tell, and people have to look at. */
function undecided({ sessions, secrets }: Pick<Facts, 'sessions' | 'secrets'>): NotLooked[] {
  const stores = sessions.filter(({ store }) => store.kind === 'unknown')
  const keys = secrets.filter(({ kind }) => kind === 'unknown')
  return [
    ...stores.map(({ store, place }) => ({
      what: `the session store, ${at(store.evidence[0] ?? place)}`,
      why: 'what it is cannot be followed through the source; check by hand that all processes share it',
    })),
    ...keys.map(({ place }) => ({
      what: `the secret key, ${at(place)}`,
      why: 'its value cannot be followed through the source; check by hand that all processes have the same',
    })),
  ]
}
