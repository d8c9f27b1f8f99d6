import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { projectRoot } from '../project.js'
import { freshDirectory } from '../servers/process.js'

/** Where the key of an app comes from. */
export const keys = {
  fixed: "app.keys = ['mJ8vQ2xZ5nL0tR7yB4cW9dK6hF3sG1pA']",
  'random per process': "app.keys = [require('crypto').randomBytes(32).toString('hex')]",
  'weak default': "app.keys = [process.env.SESSION_SECRET || 'dev']",
  missing: '',
}

/** Where its sessions are: for `shared` in files that all processes read. */
export const stores = {
  shared: `const fs = require('fs')
const file = (id) => require('path').join(process.env.SHARED, id.replace(/\\W/g, '_'))
const store = {
  get(id) { try { return JSON.parse(fs.readFileSync(file(id), 'utf8')) } catch { return undefined } },
  set(id, session) { fs.writeFileSync(file(id), JSON.stringify(session)) },
  destroy(id) { fs.rmSync(file(id), { force: true }) },
}`,
  'in memory': `const sessions = new Map()
const store = {
  get: (id) => sessions.get(id),
  set: (id, session) => { sessions.set(id, session) },
  destroy: (id) => { sessions.delete(id) },
}`,
}

/** An ordinary app of one process: /login logs in, / says who is logged in. */
export function appFiles(
  key: string,
  store: string,
  mount = 'app.use(session({ store }, app))',
  library = 'koa-session',
): Record<string, string> {
  return {
    'package.json': `${JSON.stringify({ name: 'shop', version: '1.0.0', scripts: { start: 'node app.js' }, dependencies: { koa: '^3.0.0', [library]: '*' } }, null, 2)}\n`,
    'app.js': `const Koa = require('koa')
${library === 'koa-session' ? 'const { createSession: session }' : 'const session'} = require('${library}')

const app = new Koa()
${key}
${store}
${mount}
app.silent = true
app.use((ctx) => {
  if (ctx.path === '/login') ctx.session.user = 'ada'
  ctx.body = { user: ctx.session.user ?? null, pid: process.pid }
})
app.listen(process.env.PORT ?? 3000, '127.0.0.1')
`,
  }
}

/** Puts the app into a directory of its own, where it finds its packages. */
export function install(files: Record<string, string>, packages: readonly string[] = ['koa', 'koa-session']): string {
  const directory = freshDirectory()
  mkdirSync(join(directory, 'node_modules'))
  for (const name of packages)
    symlinkSync(join(projectRoot, 'node_modules', name), join(directory, 'node_modules', name))
  symlinkSync(projectRoot, join(directory, 'node_modules', 'koa-shared-session'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true })
    writeFileSync(join(directory, name), text)
  }
  return directory
}
