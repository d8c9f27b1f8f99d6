import { expect } from 'chai'
import { audited, filesAfter, only } from '../audited.js'

type Files = Readonly<Record<string, string>>

/** The files after the changes of the store's rules, and why the session could not be written. */
async function written(files: Files, rules = /^STO/): Promise<{ files: Files; why: string }> {
  const plan = await audited(files, only(rules))
  const texts = plan.report.apps.flatMap(({ findings }) => findings.map((finding) => finding.do))
  return { files: filesAfter(files, plan), why: /because (.*?)\. By hand/.exec(texts.join('\n'))?.[1] ?? '' }
}

const manifest = (dependencies: Files = { koa: '^3.0.0', 'koa-session': '^7.0.0' }) =>
  `${JSON.stringify({ name: 'shop', dependencies }, null, 2)}\n`

/** app.js with these lines; answers it as it is afterwards, without what is the same in all. */
async function app(lines: string, more: Files = {}): Promise<string> {
  const head = "const Koa = require('koa')\nconst session = require('koa-session')\nconst app = new Koa()\n"
  const { files, why } = await written({
    'package.json': manifest(),
    'app.js': `${head}${lines}\napp.listen(3000)\n`,
    ...more,
  })
  return why === ''
    ? (files['app.js'] ?? '')
        .replace(/^const Koa.*\nconst \{ sharedSession.*\nconst app.*\n|app\.listen.*\n$/g, '')
        .trim()
    : why
}

describe('the options of another session, in our names and units', () => {
  const cases: Record<string, [lines: string, after: string]> = {
    'koa-session without options: a cookie of a day': [
      'app.use(session(app))',
      'app.use(sharedSession({ permanent: true }))',
    ],
    "maxAge: 'session'": ["app.use(session({ maxAge: 'session' }, app))", 'app.use(sharedSession())'],
    'a product of milliseconds stays readable': [
      'app.use(session({ maxAge: 14 * 24 * 60 * 60 * 1000 }, app))',
      'app.use(sharedSession({ lifetime: 14 * 24 * 60 * 60, permanent: true }))',
    ],
    'milliseconds as a number': [
      'app.use(session({ maxAge: 86400000 }, app))',
      'app.use(sharedSession({ lifetime: 86400, permanent: true }))',
    ],
    'a day that was meant in seconds': [
      'app.use(session({ maxAge: 86400 + 0 }, app))',
      'app.use(sharedSession({ lifetime: 86400, permanent: true }))',
    ],
    'a longer life than ours may have at most': [
      'app.use(session({ maxAge: 90 * 86400 * 1000 }, app))',
      'app.use(sharedSession({ lifetime: 90 * 86400, absoluteLifetime: 90 * 86400, permanent: true }))',
    ],
    'a name in the product': [
      'const DAY = 24 * 3600 * 1000\napp.use(session({ maxAge: DAY * 7 }, app))',
      'const DAY = 24 * 3600 * 1000\napp.use(sharedSession({ lifetime: (DAY * 7) / 1000, permanent: true }))',
    ],
    'a variable of the environment': [
      'app.use(session({ maxAge: process.env.MAX_AGE }, app))',
      'app.use(sharedSession({ lifetime: Number(process.env.MAX_AGE) / 1000, permanent: true }))',
    ],
    'what is always on is left out': [
      "app.use(session({ key: 'sid', httpOnly: true, signed: true, overwrite: true, sameSite: null, path: '/' }, app))",
      "app.use(sharedSession({ permanent: true, cookie: { name: 'sid' } }))",
    ],
    'rolling, secure, sameSite, domain and path': [
      "app.use(session({ rolling: true, secure: true, sameSite: 'strict', domain: 'shop.example', path: '/a' }, app))",
      `app.use(sharedSession({
  permanent: true,
  rolling: true,
  cookie: { secure: true, sameSite: 'strict', domain: 'shop.example', path: '/a' },
}))`,
    ],
    'the CONFIG of its README': [
      `const CONFIG = {
  key: 'koa.sess', /** (string) cookie key */
  maxAge: 86400000,
  autoCommit: true, /** (boolean) automatically commit headers */
  overwrite: true, /** (boolean) can overwrite or not */
  httpOnly: true, /** (boolean) httpOnly or not */
  signed: true, /** (boolean) signed or not */
  rolling: false, /** (boolean) set the cookie on every response */
  renew: false, /** (boolean) renew when nearly expired */
  secure: true, /** (boolean) secure cookie */
  sameSite: null, /** (string) sameSite option */
}
app.use(session(CONFIG, app))`,
      `app.use(sharedSession({
  lifetime: 86400,
  permanent: true,
  cookie: { name: 'koa.sess', secure: true },
}))`,
    ],
    'names of theirs in an app that uses them for its own': [
      `const sessionOptions = load()
const config = { sessionStore: sessionOptions, sessionId: 1 } // not ctx.sessionOptions
app.use(session({ key: 'a' }, app))
open(config.sessionStore, config.sessionId)`,
      `const sessionOptions = load()
const config = { sessionStore: sessionOptions, sessionId: 1 } // not ctx.sessionOptions
app.use(sharedSession({ permanent: true, cookie: { name: 'a' } }))
open(config.sessionStore, config.sessionId)`,
    ],
    'secure that is decided at run time': [
      "app.use(session({ secure: process.env.NODE_ENV === 'production' }, app))",
      `app.use(sharedSession({
  permanent: true,
  cookie: { secure: process.env.NODE_ENV === 'production' },
}))`,
    ],
    shorthand: [
      "const key = 'sid'\napp.use(session({ key, renew: true }, app))",
      "const key = 'sid'\napp.use(sharedSession({ permanent: true, rolling: true, cookie: { name: key } }))",
    ],
    'hooks, also as a method': [
      'app.use(session({ valid(ctx, value) { return value.ok }, beforeSave: (ctx, value) => { value.n = 1 } }, app))',
      `app.use(sharedSession({
  permanent: true,
  valid: function (ctx, value) { return value.ok },
  beforeSave: (ctx, value) => { value.n = 1 },
}))`,
    ],
    'a name that cookies do not allow': [
      "app.use(session({ key: 'koa:sess' }, app))",
      "app.use(sharedSession({ permanent: true, cookie: { name: 'koa_sess' } }))",
    ],
  }
  for (const [name, [lines, after]] of Object.entries(cases))
    it(name, async () => expect(await app(lines)).to.equal(after))

  const manual: Record<string, [lines: string, why: string]> = {
    'an id of its own': [
      'app.use(session({ genid: () => "1" }, app))',
      'its option genid has no counterpart that is decided here',
    ],
    'an encoding of its own': [
      'app.use(session({ encode: JSON.stringify }, app))',
      'its option encode has no counterpart that is decided here',
    ],
    'a key outside of the cookie': [
      'app.use(session({ externalKey: { get() {}, set() {} } }, app))',
      'its option externalKey has no counterpart that is decided here',
    ],
    'a life that depends on something': [
      'app.use(session({ maxAge: process.env.LONG ? 86400000 : "session" }, app))',
      'how long it lives depends on a condition',
    ],
    'what only koa-session offers': [
      'app.use(session(app))\napp.use((ctx) => ctx.session.manuallyCommit())',
      'app.js uses what only koa-session offers',
    ],
    'options that a handler reads': [
      'app.use(session(app))\napp.use((ctx) => { ctx.sessionOptions.maxAge = 1 })',
      'app.js uses what only koa-session offers',
    ],
    'options that a handler takes out': [
      'app.use(session(app))\napp.use(async ({ sessionOptions }) => { sessionOptions.maxAge = 1 })',
      'app.js uses what only koa-session offers',
    ],
    'a renewal that may be left out': [
      'app.use(session(app))\napp.use(async (ctx) => { if (ctx.query.id) await ctx.regenerateSession() })',
      'app.js uses what only koa-session offers',
    ],
    'saving by hand': [
      'app.use(session({ autoCommit: false }, app))',
      'its option autoCommit has no counterpart that is decided here',
    ],
  }
  for (const [name, [lines, why]] of Object.entries(manual))
    it(`is left to people: ${name}`, async () => expect(await app(lines)).to.equal(why))

  it('begins an empty session where koa-generic-session does, also in another file', async () => {
    const files = await written({
      'package.json': manifest({ koa: '^3.0.0', 'koa-generic-session': '^2.0.0' }),
      'app.js':
        "const Koa = require('koa')\nconst session = require('koa-generic-session')\nconst app = new Koa()\napp.use(session())\napp.use(require('./login'))\napp.listen(3000)\n",
      'login.js': "module.exports = async (ctx) => {\n  await ctx.regenerateSession()\n  ctx.session.user = 'ann'\n}\n",
    })
    expect(files.why).to.equal('')
    expect(files.files['app.js']).to.include('app.use(sharedSession({')
    expect(files.files['login.js']).to.equal(
      "module.exports = async (ctx) => {\n  ctx.session = null\n  ctx.session = {}\n  ctx.session.user = 'ann'\n}\n",
    )
  })

  it('tells people how its other options are called', async () => {
    const files = {
      'package.json': manifest(),
      'app.js':
        "const app = new (require('koa'))()\nconst day = 86400000\napp.use(require('koa-session')({ key: 'a', maxAge: 7 * day, rolling: true, genid: () => '1' }, app))\napp.listen(3000)\n",
    }
    const { report } = await audited(files, only(/^STO/))
    expect(report.apps[0]?.findings[0]?.do).to.include(
      "`app.use(sharedSession({ lifetime: (7 * day) / 1000, permanent: true, rolling: true, cookie: { name: 'a' } }))`",
    )
  })

  for (const options of ['{ ContextStore: class {} }', "{ ...require('./nowhere') }", "require('./nowhere')"])
    it(`stays as it is where nothing is known of the store: ${options}`, async () => {
      expect(await app(`app.use(session(${options}, app))`)).to.include(`app.use(session(${options}, app))`)
    })

  it('a config module stays what decides', async () => {
    const config = "module.exports = { session: { key: 'sid', maxAge: 3600000, rolling: false } }\n"
    expect(
      await app("const config = require('./config')\napp.use(session(config.session, app))", { 'config.js': config }),
    ).to.equal(
      `const config = require('./config')
app.use(sharedSession({
  lifetime: config.session.maxAge / 1000,
  permanent: true,
  cookie: { name: config.session.key },
}))`,
    )
  })
})

describe('what a session leaves behind', () => {
  it('what something still uses stays', async () => {
    const lines = `const sessions = new Map()
const store = { get: (id) => sessions.get(id), set: (id, value) => { sessions.set(id, value) }, destroy: (id) => { sessions.delete(id) } }
app.use(session({ store }, app))
app.use((ctx) => { ctx.body = String(sessions.size) })`
    expect(await app(lines)).to.equal(`const sessions = new Map()
app.use(sharedSession({ permanent: true }))
app.use((ctx) => { ctx.body = String(sessions.size) })`)
  })

  it('a store with something that runs stays with it', async () => {
    const lines = `const all = new Map()
setInterval(() => all.clear(), 1000)
app.use(session({ store: { get: (id) => all.get(id), set: (id, value) => { all.set(id, value) }, destroy: (id) => { all.delete(id) } } }, app))`
    expect(await app(lines)).to.equal(`const all = new Map()
setInterval(() => all.clear(), 1000)
app.use(sharedSession({ permanent: true }))`)
  })

  it('a file that does more than declare is still loaded', async () => {
    const store =
      "const all = new Map()\nconsole.log('loaded')\nmodule.exports = { get: (id) => all.get(id), set: (id, v) => { all.set(id, v) }, destroy: (id) => { all.delete(id) } }\n"
    expect(
      await app("const store = require('./store')\napp.use(session({ store }, app))", { 'store.js': store }),
    ).to.equal("const store = require('./store')\napp.use(sharedSession({ permanent: true }))")
  })

  it('an import of several names loses only those that nothing uses', async () => {
    const { files } = await written({
      'package.json': manifest(),
      'app.mjs':
        "import Koa from 'koa'\nimport session, { createSession, util } from 'koa-session'\nconst app = new Koa()\napp.use(createSession(app))\nconsole.log(util)\napp.listen(3000)\n",
    })
    expect(files['app.mjs']).to.equal(
      "import Koa from 'koa'\nimport { sharedSession } from 'koa-shared-session'\nimport { util } from 'koa-session'\nconst app = new Koa()\napp.use(sharedSession({ permanent: true }))\nconsole.log(util)\napp.listen(3000)\n",
    )
    expect(files['package.json']).to.include('"koa-session"')
  })
})

describe('package.json', () => {
  const source =
    "const Koa = require('koa')\nconst app = new Koa()\napp.use(require('koa-session')(app))\napp.listen(3000)\n"
  const after = async (text: string, more: Files = {}) =>
    (await written({ 'package.json': text, 'app.js': source, ...more })).files['package.json']

  it('keeps its order and its form', async () => {
    expect(await after('{"name":"shop","dependencies":{"koa":"^3.0.0","koa-session":"^7.0.0","ms":"2"}}')).to.equal(
      '{"name":"shop","dependencies":{"koa":"^3.0.0","koa-shared-session":"^0.1.0","ms":"2"}}',
    )
    expect(
      await after('{\r\n\t"dependencies" : {\r\n\t\t"koa" : "^3.0.0",\r\n\t\t"koa-session" : "^7.0.0"\r\n\t}\r\n}\r\n'),
    ).to.equal(
      '{\r\n\t"dependencies" : {\r\n\t\t"koa" : "^3.0.0",\r\n\t\t"koa-shared-session" : "^0.1.0"\r\n\t}\r\n}\r\n',
    )
  })

  it('takes the line at the end of a list that has no order', async () => {
    const list = { 'koa-session': '^7.0.0', koa: '^3.0.0', zod: '4', ajv: '8' }
    expect(Object.keys(JSON.parse((await after(manifest(list))) ?? '').dependencies)).to.deep.equal([
      'koa',
      'zod',
      'ajv',
      'koa-shared-session',
    ])
  })

  it('keeps a library that another file loads', async () => {
    const text = await after(manifest(), { 'test/app.test.js': "require('koa-session')\n" })
    expect(Object.keys(JSON.parse(text ?? '').dependencies)).to.deep.equal(['koa', 'koa-session', 'koa-shared-session'])
  })

  it('stays JSON when what goes stands around the new line', async () => {
    const list = { koa: '^3.0.0', 'koa-redis': '^4.0.1', 'koa-session': '^7.0.0', redis: '^5.0.0' }
    const { files } = await written({
      'package.json': manifest(list),
      'app.js':
        "const Koa = require('koa')\nconst session = require('koa-session')\nconst redisStore = require('koa-redis')\nconst client = require('redis').createClient()\nconst app = new Koa()\napp.use(session({ store: redisStore({ client }) }, app))\napp.listen(3000)\n",
    })
    expect(Object.keys(JSON.parse(files['package.json'] ?? '').dependencies)).to.include('koa-shared-session')
  })

  it('is that of the app in a monorepo, and asked for by the start command alone, too', async () => {
    const { files } = await written(
      {
        'package.json': '{"workspaces":["apps/*"]}\n',
        'apps/shop/package.json': '{"name":"shop","scripts":{"start":"node app.js"},"dependencies":{"koa":"^3.0.0"}}\n',
        'apps/shop/app.js':
          "const Koa = require('koa')\nconst app = new Koa()\napp.use((ctx) => { ctx.body = 'x' })\napp.listen(3000)\n",
      },
      /^PRC01/,
    )
    expect(files['package.json']).to.equal('{"workspaces":["apps/*"]}\n')
    expect(files['apps/shop/package.json']).to.equal(
      '{"name":"shop","scripts":{"start":"koa-shared-session serve app.js --own-sessions"},"dependencies":{"koa":"^3.0.0","koa-shared-session":"^0.1.0"}}\n',
    )
  })
})

describe('a login that keeps its id', () => {
  const login = async (routes: string, more: Files = {}) => {
    const head =
      "const Koa = require('koa')\nconst Router = require('koa-router')\nconst { sharedSession } = require('koa-shared-session')\nconst app = new Koa()\nconst router = new Router()\napp.use(sharedSession())\n"
    const source = `${head}${routes}\napp.use(router.routes())\napp.listen(3000)\n`
    const { files } = await written({ 'package.json': manifest(), 'app.js': source, ...more }, /^LIF02/)
    return { app: files['app.js']?.slice(head.length).split('\napp.use(router')[0], files }
  }
  const body = '{\n  if (check(ctx)) {\n    ctx.session.user = 1\n  }\n}'
  const renewed = '{\n  if (check(ctx)) {\n    await ctx.session.regenerate()\n    ctx.session.user = 1\n  }\n}'

  for (const [name, before, after] of [
    ['an arrow', '(ctx) =>', 'async (ctx) =>'],
    ['a function', 'function (ctx)', 'async function (ctx)'],
  ])
    it(`is renewed, in ${name} that becomes async`, async () =>
      expect((await login(`router.post('/login', ${before} ${body})`)).app).to.equal(
        `router.post('/login', ${after} ${renewed})`,
      ))

  it('is renewed in a method of another file that only a router is given', async () => {
    const { files } = await login("router.post('/login', require('./users').login)", {
      'users.js': `module.exports = {\n  login(ctx) ${body},\n}\n`,
    })
    expect(files['users.js']).to.equal(`module.exports = {\n  async login(ctx) ${renewed},\n}\n`)
  })

  it('is renewed as TypeScript has it written', async () => {
    const { files } = await login("router.post('/login', require('./users').login)", {
      'users.ts':
        "import type { Context } from 'koa'\nexport async function login(ctx: Context) {\n  ctx.session!.user = 1\n}\n",
    })
    expect(files['users.ts']).to.include('  await ctx.session!.regenerate()\n  ctx.session!.user = 1\n')
  })

  for (const routes of [
    `function login(ctx) ${body}\nrouter.post('/login', login)\nrouter.post('/signin', (ctx) => { login(ctx); ctx.body = 'in' })`,
    `router.post('/login', (ctx) => find(ctx).then(() => ${body}))`,
    `router.post('/login', function * () { this.session.user = yield authenticate(this) })`,
  ])
    it(`is left to people: ${routes.slice(0, 60).replaceAll('\n', ' ')}`, async () =>
      expect((await login(routes)).app).to.equal(routes))
})

describe('options without the key that was taken out of them', () => {
  it('are written', async () => {
    const lines =
      "const config = { keys: [process.env.SECRET_KEY], key: 'sid' }\nconst { keys, ...opts } = config\napp.keys = keys\napp.use(session(opts, app))"
    expect(await app(lines)).to.include('app.use(sharedSession({')
  })
})

describe('the types of a session in TypeScript', () => {
  it('are declared behind all imports', async () => {
    const { files } = await written({
      'package.json': manifest({ koa: '^3.0.0', 'koa-session': '^7.0.0', '@koa/router': '^13.0.0' }),
      'app.ts': `import Koa from 'koa'
import session from 'koa-session'
import Router from '@koa/router'
import { store } from './store.js'

const app = new Koa()
app.keys = [process.env.SECRET_KEY as string]
app.use(session({ store }, app))
app.listen(3000)
new Router()
`,
      'store.ts': `const all = new Map()
export const store = { get: (id: string) => all.get(id), set: (id: string, value: object) => { all.set(id, value) }, destroy: (id: string) => { all.delete(id) } }
`,
    })
    const text = files['app.ts'] ?? ''
    expect(text).to.include("import { sharedSession } from 'koa-shared-session'")
    expect(text.match(/declare module/g)).to.have.length(1)
    expect(text.indexOf('declare module')).to.be.above(text.lastIndexOf('import '))
  })
})
