/** Small apps for the samples of rules. */

const manifest = (dependencies: Readonly<Record<string, string>>, start: string) =>
  `${JSON.stringify({ name: 'shop', version: '1.0.0', scripts: { start }, dependencies: { koa: '^3.0.0', ...dependencies } }, null, 2)}\n`

/** A Koa app with this line, and the session that it mounts. */
export function koaApp(session: string, library = 'koa-session', start = 'node app.js'): Record<string, string> {
  return {
    'package.json': manifest({ [library]: '*' }, start),
    'app.js': `const Koa = require('koa')
const session = require('${library}')

const app = new Koa()
if (!process.env.SECRET_KEY) throw new Error('SECRET_KEY is not set')
app.keys = [process.env.SECRET_KEY, process.env.OLD_SECRET_KEY]
${session}
app.use((ctx) => {
  ctx.session.views = (ctx.session.views ?? 0) + 1
  ctx.body = String(ctx.session.views)
})
app.listen(3000)
`,
  }
}
