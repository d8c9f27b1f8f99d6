import { posix } from 'node:path'
import type { CommandFact } from '../facts/deployment.js'
import type { Modules } from '../source/modules.js'
import { type AppScope, isServerSource } from './apps.js'

/** Names that servers are given, the likelier first. */
const usual = [
  'server',
  'app',
  'index',
  'main',
  'src/server',
  'src/app',
  'src/index',
  'src/main',
  'server/index',
  'server/app',
  'server/server',
  'bin/www',
  'lib/index',
  'lib/server',
  'lib/app',
  'app/index',
  'app/app',
]

const extensions = ['.js', '.ts', '.mjs', '.cjs', '.mts', '']

/** Folders that builds are written to. */
const built = /^(\.?\/)?(dist|build|lib|out|release|output|compiled|\.build|prod|production|app\/dist)\//

/**
 * What production starts: the scripts of its commands, else package.json's `main`, else a usual name, else files that listen.
 * Output of a build is led back to the source beside it.
 */
export function entriesOf(
  app: AppScope,
  commands: readonly CommandFact[],
  modules: Modules,
  wanted?: string,
): string[] {
  if (wanted !== undefined) return [wanted]
  const production = scriptsOf(
    app,
    commands,
    modules,
    (command) => command.when !== 'development' && command.when !== 'test' && !command.watches && isStart(command),
  )
  const started = production.length > 0 ? production : scriptsOf(app, commands, modules, () => true)
  if (started.length > 0 && makesServer(modules, modules.reachableFrom(started))) return started
  const guessed = guessedEntries(app, modules)
  return [...new Set([...started, ...forkers(app, modules), ...guessed])]
}

/** What starts the server, and not one of the other scripts that people keep in package.json. */
const isStart = ({ source, name }: CommandFact) =>
  source !== 'npm' || /^(start|serve|server|prod|production|prd|web|main|run)([:_-]|$)/i.test(name)

/** No command tells: package.json's `main`, a usual name, what listens; the first that makes a server. */
function guessedEntries(app: AppScope, modules: Modules): string[] {
  const main =
    app.manifest.main === undefined ? undefined : toSource(posix.join(app.dir, app.manifest.main), app, modules)
  const named = usual
    .flatMap((name) => extensions.map((extension) => posix.join(app.dir, name + extension)))
    .filter((file) => modules.has(file))
  const candidates = [main, ...named].filter(
    (file): file is string => file !== undefined && isServerSource(file, app.dir),
  )
  const first = candidates.find((file) => makesServer(modules, modules.reachableFrom([file])))
  return first === undefined ? listeners(app, modules) : [first]
}

/** Files of the app that start workers of it, where no command tells who starts them: a shell script, a service. */
function forkers(app: AppScope, modules: Modules): string[] {
  return app.files.filter(
    (file) =>
      isServerSource(file, app.dir) &&
      /\b(cluster\.(fork|setup(Master|Primary))|throng|cfork|recluster)\s*\(/.test(modules.project.text(file) ?? ''),
  )
}

/** Whether one of the files loads a web framework. */
function makesServer(modules: Modules, files: Iterable<string>): boolean {
  return [...files].some((file) => framework.test(modules.project.text(file) ?? ''))
}

const framework =
  /(?:require\(\s*|from\s+|import\s+)['"`](?:@?koa|express|egg|fastify|@strapi|@nestjs|thinkjs|hono|@hapi|https?)\b/

function scriptsOf(
  app: AppScope,
  commands: readonly CommandFact[],
  modules: Modules,
  wanted: (command: CommandFact) => boolean,
): string[] {
  const scripts = commands
    .filter(
      (command) =>
        wanted(command) && /^(node|pm2|nodemon|ts-node|forever|other|koa-shared-session)$/.test(command.runner),
    )
    .flatMap((command) => (command.script === undefined ? [] : (toSource(command.script, app, modules) ?? [])))
    .filter(
      (file) =>
        app.files.includes(file) &&
        isServerSource(file, app.dir) &&
        !/(^|\/)(scripts?|tools?|build|bin\/cli|config)\/|\.config\.[cm]?[jt]s$|(^|\/)pm2\.[\w.]+$/.test(file),
    )
  return [...new Set(scripts)]
}

/** The source of what a command starts. */
function toSource(path: string, app: AppScope, modules: Modules): string | undefined {
  const inside = app.dir === '.' ? path : path.startsWith(`${app.dir}/`) ? path.slice(app.dir.length + 1) : path
  const bare = inside.replace(/^\.\//, '')
  if (built.test(bare)) {
    const rest = bare.replace(built, '').replace(/\.[cm]?js$/, '')
    const origin = ['src/', '', 'server/', 'app/', 'src/server/']
      .flatMap((folder) =>
        ['.ts', '.mts', '.js', '.tsx', '/index.ts', '/index.js'].map((extension) =>
          posix.join(app.dir, folder + rest + extension),
        ),
      )
      .find((file) => modules.has(file) && file !== path)
    if (origin !== undefined) return origin
    const named = sameName(rest, app, modules)
    if (named !== undefined) return named
  }
  const plain = posix.join(app.dir, bare)
  return ['', '.js', '.ts', '.mjs', '.cjs', '/index.js', '/index.ts']
    .map((end) => plain + end)
    .find((file) => modules.has(file))
}

/** A build that is committed: the source of the same name, wherever it is. */
function sameName(rest: string, app: AppScope, modules: Modules): string | undefined {
  const name = posix.basename(rest)
  return app.files.find((file) => {
    const inside = app.dir === '.' ? file : file.slice(app.dir.length + 1)
    return (
      !built.test(inside) &&
      posix.basename(file).replace(/\.[cm]?[jt]s$/, '') === name &&
      isServerSource(file, app.dir) &&
      modules.has(file)
    )
  })
}

function listeners(app: AppScope, modules: Modules): string[] {
  return app.files.filter(
    (file) => isServerSource(file, app.dir) && /\.listen\s*\(|createServer\s*\(/.test(modules.project.text(file) ?? ''),
  )
}

/** Folders that a framework loads by itself. */
const loadedBy: Readonly<Record<string, RegExp>> = {
  egg: /^(app|config|lib|plugin)\/|^(app|agent)\.[jt]s$/,
  '@strapi/strapi': /^(config|src|api|extensions|plugins|middlewares)\//,
  thinkjs: /^(src|app)\//,
  '@midwayjs/koa': /^src\//,
}

/** The files that the server loads; all of the app's own source where nothing tells where it starts. */
export function serverFiles(app: AppScope, entries: readonly string[], modules: Modules): string[] {
  const reached = modules.reachableFrom(entries)
  const loads = loadedBy[app.framework]
  const own = app.files.filter((file) => isServerSource(file, app.dir))
  const loaded = loads ? own.filter((file) => loads.test(app.dir === '.' ? file : file.slice(app.dir.length + 1))) : []
  const files = new Set([...reached, ...loaded])
  const live = [...files].filter(
    (file) => entries.includes(file) || !app.files.includes(file) || isServerSource(file, app.dir),
  )
  const server = makesServer(modules, live) ? live : own
  return server.filter((file) => entries.includes(file) || !isOfBrowser(modules.project.text(file) ?? '')).sort()
}

const ofBrowser = /\b(window|document)\.\w|\bnavigator\.|\bjQuery\b|^\s*define\(/m
const ofNode =
  /(require\(\s*|from\s+)['"](node:)?(koa|express|fs|https?|path|crypto|os|cluster)\b|\b(ctx|req)\b|this\.body/

/** A script for browsers: what is loaded by the name of a folder is often not the server's. Reading it costs the most. */
const isOfBrowser = (text: string) => ofBrowser.test(text) && !ofNode.test(text)
