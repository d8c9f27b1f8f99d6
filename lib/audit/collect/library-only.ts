import type { Project } from '../project/project.js'
import type { AppScope } from './apps.js'

/** What only tries the package out. */
const trial =
  /(^|\/)(tests?|__tests__|specs?|fixtures?|mocks?|e2e|examples?|samples?|demos?|bench(marks?)?|docs?)([/.]|$)|\.(test|spec)\.[cm]?[jt]sx?$/i

/** Anything that makes a server or an app, or that adds to one: a doubt counts for an app. */
const server =
  /\.(listen|callback|inject|ready)\b|createServer|createSecureServer|serverless|lambda|\b(app|server|koa|fastify|router)\.(use|keys|register|context)\b|\bextends\s+\w*(Koa|Application|App)\b|\bnew\s+\w*(Koa|Application|App|Server)\w*|require\(\s*['"`](@?koa|express|fastify)['"`]\s*\)\s*\)?\s*\(|\bserve\s*\(/i

/** Names that the framework is given: `Koa` of `const Koa = require('koa')`, `koa` of `import koa from 'koa'`. */
const named =
  /(?:\b(?:const|let|var)\s+(\w+)\s*=[^\n;]*\brequire\(\s*|\bimport\s+(?!type\b)(?:\*\s+as\s+)?(\w+)[^;\n]*?\bfrom\s+)['"`](?:@koa\/koa|koa|express|fastify)['"`]/g

/**
 * Whether the package only belongs to a server, as a middleware does, and is none: nothing starts it,
 * and none of its source makes a server or an app.
 */
export function isLibrary(project: Project, app: AppScope, all: readonly AppScope[]): boolean {
  const isAsked = isAskedFor(app, all)
  if (!(isAsked || /^(koa|express|fastify)$/.test(app.framework)) || isStarted(project, app)) return false
  const texts = app.files
    .filter((file) => !trial.test(app.dir === '.' ? file : file.slice(app.dir.length + 1)))
    .map((file) => project.text(file) ?? '')
  const serves = isAsked || isPart(app) ? starts : server
  return texts.length > 0 && !texts.some((text) => serves.test(text) || makesApp(text))
}

/** Another package of the repository depends on it: what it adds to a server is read there. */
const isAskedFor = ({ manifest: { name } }: AppScope, all: readonly AppScope[]) =>
  name !== undefined && all.some(({ manifest }) => manifest.name !== name && manifest.dependencies.has(name))

/** A folder with a package.json of its own that asks for no framework: it only gets one from the app around it. */
const isPart = ({ dir, manifest, framework }: AppScope) => dir !== '.' && !manifest.dependencies.has(framework)

const starts =
  /\.(listen|callback)\b|createServer|createSecureServer|serverless|lambda|\bextends\s+\w*(Koa|Application)\b/i

/** `new Koa()`, `koa()`, `class Shop extends Koa`. */
function makesApp(text: string): boolean {
  return [...text.matchAll(named)].some(([, required, imported]) =>
    new RegExp(`\\b(new\\s+|extends\\s+)${required ?? imported}\\b|\\b${required ?? imported}\\s*\\(`).test(text),
  )
}

/** Something says how it is started. */
function isStarted(project: Project, { dir, manifest }: AppScope): boolean {
  const own = dir === '.' ? '' : `${dir}/`
  const starts = Object.keys(manifest.scripts).some((name) => /^(start|serve|server|dev|prod\w*)([:_-]|$)/.test(name))
  return starts || project.files.some((file) => startFile.test(file.startsWith(own) ? file.slice(own.length) : '/'))
}

const startFile =
  /^(Dockerfile|Procfile|app\.ya?ml|serverless\.ya?ml|vercel\.json|(ecosystem|pm2)\b.*|bin\/www(\.\w+)?)$/
