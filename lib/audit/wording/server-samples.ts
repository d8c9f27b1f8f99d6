/** Small servers for the samples of rules about what a process keeps and does. */

type Files = Readonly<Record<string, string>>

const start = `const Koa = require('koa')
const Router = require('@koa/router')
const session = require('koa-session')

const app = new Koa()
const router = new Router()
if (!process.env.SECRET_KEY) throw new Error('SECRET_KEY is not set')
app.keys = [process.env.SECRET_KEY, process.env.OLD_SECRET_KEY]
app.use(session({ sameSite: 'lax' }, app))
`

const end = `
app.use(router.routes())
app.listen(3000)
`

/** A Koa server with a session, a router and this code; `more` are other files of it. */
export function server(
  code: string,
  dependencies: Readonly<Record<string, string>> = {},
  more: Files = {},
): Record<string, string> {
  const all = { koa: '^3.0.0', '@koa/router': '^14.0.0', 'koa-session': '^7.0.0', ...dependencies }
  const manifest = { name: 'shop', version: '1.0.0', scripts: { start: 'node app.js' }, dependencies: all }
  return {
    'package.json': `${JSON.stringify(manifest, null, 2)}\n`,
    'app.js': `${start}${code}\n${end}`,
    ...more,
  }
}
