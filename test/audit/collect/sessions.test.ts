import { expect } from 'chai'
import { appOf, type Files, koaApp, packageJson, sessionsIn, verdictIn } from './small-app.js'

const sessions = async (files: Files) => sessionsIn(await appOf(files))
const cookie = (line: number, file = 'app.js') => [`koa-session ${file}:${line} cookie, shared, default`]

describe('the session that a server mounts', () => {
  const shapes: Readonly<Record<string, readonly [string, number]>> = {
    'app.use(session({}, app))': ['app.use(session({}, app))', 4],
    'the old order of arguments': ['app.use(session(app, { maxAge: 1 }))', 4],
    'without options': ['app.use(session(app))', 4],
    'without anything': ['app.use(session())', 4],
    'wrapped by koa-convert': ["const convert = require('koa-convert')\napp.use(convert(session(app)))", 5],
    'required in the call': ["app.use(require('koa-session')({}, app))", 4],
    'its factory taken apart': ["const { createSession } = require('koa-session')\napp.use(createSession({}, app))", 5],
    'kept in a variable that is used': ['const middleware = session({}, app)\napp.use(middleware)', 4],
    'composed with others': ["const compose = require('koa-compose')\napp.use(compose([session({}, app)]))", 5],
    'made in a function that is called': ['function setUp(app) { app.use(session({}, app)) }\nsetUp(app)', 4],
  }
  for (const [what, [lines, line]] of Object.entries(shapes))
    it(`is found: ${what}`, async () => expect(await sessions(koaApp(lines))).to.deep.equal(cookie(line)))

  it('is found in a file that the server loads', async () => {
    const files = koaApp("require('./middleware')(app)", {
      'middleware.js': "const session = require('koa-session')\nmodule.exports = (app) => app.use(session({}, app))",
    })
    expect(await sessions(files)).to.deep.equal(cookie(2, 'middleware.js'))
  })

  it('is found where another module exports it', async () => {
    const files = koaApp("app.use(require('./session')(app))", {
      'session.js': "const session = require('koa-session')\nmodule.exports = (app) => session({}, app)",
    })
    expect(await sessions(files)).to.deep.equal(cookie(2, 'session.js'))
  })

  it('is found in TypeScript and in ES modules', async () => {
    const app = (start: string) => `import Koa from 'koa'\nimport session from 'koa-session'\n${start}`
    const files = {
      'package.json': packageJson(
        { koa: '^3.0.0', 'koa-session': '^7.0.0' },
        { main: 'src/server.ts', type: 'module' },
      ),
      'src/server.ts': app(
        'class Server {\n  app = new Koa()\n  start(): void { this.app.use(session({}, this.app)).listen(3000) }\n}\nnew Server().start()',
      ),
    }
    expect(await sessions(files)).to.deep.equal(cookie(5, 'src/server.ts'))
  })

  const absent: Readonly<Record<string, Files>> = {
    'a line in a comment': koaApp('// app.use(session({}, app))'),
    'lines in a block comment': koaApp('/*\napp.use(session({}, app))\n*/'),
    'a text': koaApp('console.log("app.use(session({}, app))")'),
    'made and kept in a variable that nobody uses': koaApp(
      'const middleware = session({}, app)\n// app.use(middleware)',
    ),
    'made by a module whose use is commented out': koaApp("const keep = require('./session')\n// app.use(keep)", {
      'session.js': "const session = require('koa-session')\nmodule.exports = session({})",
    }),
    'a file that nobody loads': koaApp('', {
      'old/server.js': "const Koa = require('koa')\nconst app = new Koa()\napp.use(require('koa-session')({}, app))",
    }),
    'a file of tests': koaApp('', {
      'test/app.js': "const app = new (require('koa'))()\napp.use(require('koa-session')(app))",
    }),
    'a package that is only asked for': koaApp(''),
    'passport.session() alone': koaApp(
      "const passport = require('koa-passport')\napp.use(passport.initialize())\napp.use(passport.session())",
    ),
    'a field that is called session': koaApp('app.use((ctx) => { ctx.session = { a: 1 }; db.session(app) })'),
    'committed node_modules': koaApp('', {
      'node_modules/x/index.js': "new (require('koa'))().use(require('koa-session')())",
    }),
    'the client’s sessionStorage': koaApp("app.use(ctx => { ctx.body = 'sessionStorage.setItem(1)' })"),
  }
  for (const [what, files] of Object.entries(absent))
    it(`is none: ${what}`, async () => expect(await sessions(files)).to.deep.equal([]))

  it('is one of two that one file mounts', async () => {
    const lines = "const generic = require('koa-generic-session')\napp.use(session({}, app))\n// app.use(generic())"
    expect(await sessions(koaApp(lines))).to.deep.equal(cookie(5))
  })

  const defaults: Readonly<Record<string, string>> = {
    'koa-session': 'cookie, shared',
    '@koa/session': 'cookie, shared',
    'koa-session-minimal': 'memory, not shared',
    'koa-generic-session': 'memory, not shared',
    'koa-session2': 'memory, not shared',
    'koa-redis-session': 'redis, shared',
    'express-session': 'memory, not shared',
    'cookie-session': 'cookie, shared',
  }
  for (const [library, rests] of Object.entries(defaults))
    it(`rests where ${library} puts it without a store`, async () => {
      const files = {
        'package.json': packageJson({ koa: '^2.0.0', [library]: '*' }),
        'app.js': `const app = new (require('koa'))()\nconst s = require('${library}')\napp.use(s({ key: 'sid' }))\napp.listen(1)`,
      }
      expect(await sessions(files)).to.deep.equal([`${library} app.js:3 ${rests}, default`])
    })

  const unread: Readonly<Record<string, string>> = {
    'the answer of a package': "app.use(session(require('@acme/platform').loadOptions(), app))",
    'what a package exports': "app.use(session(require('@acme/conf').session, app))",
    'an import': "const { options } = require('@acme/conf')\napp.use(session(options, app))",
    'a file that is read': "app.use(session(JSON.parse(require('fs').readFileSync('session.json')), app))",
    'a package, or nothing': "app.use(session(require('@acme/conf').session || {}, app))",
    'what is awaited': "(async () => { app.use(session(await require('@acme/conf').load(), app)) })()",
    'an object of a class': 'class Options {}\napp.use(session(new Options(), app))',
  }
  for (const [what, lines] of Object.entries(unread))
    it(`rests nobody knows where when its options are ${what}`, async () => {
      const facts = await appOf(koaApp(`app.keys = [process.env.KEY]\n${lines}`))
      expect(facts.sessions.map(({ store }) => [store.kind, store.shared])).to.deep.equal([['unknown', undefined]])
      expect(verdictIn(facts)).to.include({ sessions: 'undecided', visibility: null })
    })

  it('rests nobody knows where when a library of memory, or ours, is given what a package answers', async () => {
    for (const library of ['koa-session-minimal', 'koa-shared-session']) {
      const files = koaApp(`app.use(require('${library}')(require('@acme/conf').session))`, {
        '.env': 'REDIS_URL=redis://redis:6379\n',
      })
      expect(await sessions(files)).to.deep.equal([`${library} app.js:4 unknown, undecided, default`])
    }
  })

  it('takes the app for no options, whatever it is called', async () => {
    const lines = "const web = require('@acme/koa').make()\nweb.use(session(web))"
    expect(await sessions(koaApp(lines))).to.deep.equal(cookie(5))
  })

  it('is given options by a module that is read as a whole', async () => {
    const files = koaApp("app.use(session(require('./options'), app))", {
      'options.js': "export const key = 'sid'\nexport const store = require('koa-redis')()",
    })
    expect(await sessions(files)).to.deep.equal(['koa-session app.js:4 redis, shared, given'])
  })

  it('is ours, with the store that is named', async () => {
    const ours = (options: string) =>
      koaApp(`const { sharedSession } = require('koa-shared-session')\napp.use(sharedSession(${options}))`)
    expect(await sessions(ours(''))).to.deep.equal(['koa-shared-session app.js:5 file, shared, default'])
    expect(await sessions(ours("{ store: 'redis' }"))).to.deep.equal([
      'koa-shared-session app.js:5 redis, shared, given',
    ])
    expect(await sessions(ours('{ redis: process.env.REDIS_URL }'))).to.deep.equal([
      'koa-shared-session app.js:5 redis, shared, given',
    ])
  })
})

describe('sessions of several environments', () => {
  const lines = (name: string) => `app.keys = [process.env.KEY]
if (process.env.NODE_ENV === '${name}') {
  app.use(require('koa-generic-session')())
} else {
  app.use(require('koa-generic-session')({ store: require('koa-redis')() }))
}`

  for (const name of ['test', 'development'])
    it(`only the one of production counts beside one for ${name}`, async () => {
      const found = await appOf(koaApp(lines(name)))
      expect(sessionsIn(found)).to.deep.equal(['koa-generic-session app.js:8 redis, shared, given'])
      expect(verdictIn(found).sessions).to.equal('ready')
    })
})
