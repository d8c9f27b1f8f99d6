import { expect } from 'chai'
import { appOf, type Files, koaApp, packageJson, secretsIn, sessionsIn, verdictIn } from './small-app.js'

const mounted = '\napp.use(session({}, app))'
const facts = (lines: string, more: Files = {}) => appOf(koaApp(lines + mounted, more))
const byGlobal = { 'globals.js': "global.settings = require('./config')\n", 'config.js': "exports.key = 's3cret'\n" }
const secrets = async (lines: string, more: Files = {}) => secretsIn(await facts(lines, more))

describe('a key behind a global', () => {
  it('is what another file of the server gives it', async () => {
    expect(await secrets("require('./globals')\napp.keys = [settings.key]", byGlobal)).to.deep.equal([
      'config-file config.js:1',
    ])
    expect(await secrets("require('./globals')\napp.keys = [global.settings.key]", byGlobal)).to.deep.equal([
      'config-file config.js:1',
    ])
  })

  it('is not decidable where nobody does', async () => {
    expect(await secrets('app.keys = [settings.key]', byGlobal)).to.deep.equal(['unknown app.js:4'])
  })
})

describe('where the keys come from', () => {
  const lines: Readonly<Record<string, readonly [string, readonly string[]]>> = {
    'a text': ["app.keys = ['s3cret']", ['literal app.js:4']],
    'a digest by a package': ["app.keys = [require('js-md5')('s3cret')]", ['literal app.js:4']],
    'two texts': ["app.keys = ['new', 'old']", ['literal app.js:4', 'literal app.js:4']],
    'a text that is no list': ["app.keys = 's3cret'", ['literal app.js:4']],
    'the environment': ['app.keys = [process.env.KEY]', ['env app.js:4']],
    'the environment, split': ["app.keys = process.env.KEYS.split(',')", ['env app.js:4']],
    'the environment, in JSON': ['app.keys = JSON.parse(process.env.KEYS)', ['env app.js:4']],
    'the environment with a weak default': ["app.keys = [process.env.KEY || 'dev']", ['env-with-default app.js:4']],
    'the environment with a random default': [
      "app.keys = [process.env.KEY || require('crypto').randomBytes(32).toString('hex')]",
      ['env app.js:4', 'random app.js:4'],
    ],
    random: ["app.keys = [require('crypto').randomBytes(32).toString('hex')]", ['random app.js:4']],
    'random in a Keygrip': [
      "const Keygrip = require('keygrip')\napp.keys = new Keygrip([Math.random().toString()])",
      ['random app.js:5'],
    ],
    'a Keygrip with a hash': [
      "const Keygrip = require('keygrip')\napp.keys = new Keygrip(['s3cret'], 'sha256')",
      ['literal app.js:5'],
    ],
    'a name above': ["const key = 's3cret'\napp.keys = [key]", ['literal app.js:4']],
    'a push': ["app.keys = []\napp.keys.push('s3cret')", ['literal app.js:5']],
    'a push onto what is there': ["app.keys = ['new']\napp.keys.push('old')", ['literal app.js:4', 'literal app.js:5']],
    'an unshift of a list': [
      "app.keys = [process.env.KEY]\napp.keys.unshift(...['s3cret'])",
      ['env app.js:4', 'literal app.js:5'],
    ],
    'a repeated text': ["app.keys = ['s3cret'.repeat(4)]", ['literal app.js:4']],
    'a digest of a text': [
      "app.keys = [require('crypto').createHash('sha256').update('s3cret').digest('hex')]",
      ['literal app.js:4'],
    ],
    'a digest made by steps': [
      "const hash = require('crypto').createHash('sha256')\nhash.update('s3cret')\napp.keys = [hash.digest('hex')]",
      ['literal app.js:5'],
    ],
    'a digest of the environment': [
      "const { createHmac } = require('node:crypto')\napp.keys = [createHmac('sha256', process.env.KEY).update('cookies').digest('hex')]",
      ['env app.js:5'],
    ],
    'a digest of what is random': [
      "const c = require('crypto')\napp.keys = [c.createHash('md5').update(c.randomBytes(8)).digest('hex')]",
      ['random app.js:5'],
    ],
    'a derived key': ["app.keys = [require('crypto').scryptSync('s3cret', 'salt', 32)]", ['literal app.js:4']],
    'a list by its maker': ["app.keys = Array.of('new', 'old')", ['literal app.js:4', 'literal app.js:4']],
    'the values of an object': [
      "app.keys = Object.values({ a: 'new', b: 'old' })",
      ['literal app.js:4', 'literal app.js:4'],
    ],
    'a property in brackets': ["app['keys'] = ['s3cret']", ['literal app.js:4']],
    'an assign': ["Object.assign(app, { keys: ['s3cret'] })", ['literal app.js:4']],
    'a class that is the app': ["class Shop extends Koa {\n  keys = ['s3cret']\n}", ['literal app.js:5']],
    'each environment its own': [
      "app.keys = process.env.NODE_ENV === 'production' ? [process.env.KEY] : ['dev']",
      ['env app.js:4 production', 'literal app.js:4 development'],
    ],
    'an if of the environment': [
      "if (process.env.NODE_ENV === 'production') {\n  app.keys = [process.env.KEY]\n} else {\n  app.keys = ['dev']\n}",
      ['env app.js:5 production', 'literal app.js:7 development'],
    ],
    nowhere: ['', ['missing app.js:5']],
    null: ['app.keys = null', ['missing app.js:5']],
    'an empty list': ['app.keys = []', ['missing app.js:5']],
    'what cannot be followed': ['app.keys = strange()', ['unknown app.js:4']],
    'a file that is not in the repository': ["app.keys = require('./secrets').keys", ['config-file app.js:4']],
  }
  for (const [what, [text, expected]] of Object.entries(lines))
    it(what, async () => expect(await secrets(text)).to.deep.equal(expected))

  it('handed on from app.keys to the session: told once, where they are set', async () => {
    for (const keys of ['app.keys', 'app.keys as string[]']) {
      const text = `app.keys = [process.env.KEY]\napp.use(require('koa-shared-session').sharedSession({ keys: ${keys} }))`
      const app = koaApp(text)
      const found = await appOf({ 'package.json': app['package.json'] ?? '', 'app.ts': app['app.js'] ?? '' })
      expect(secretsIn(found)).to.deep.equal(['env app.ts:4'])
      expect(found.notLooked).to.deep.equal([])
    }
  })

  it('by a helper that is given the name: where it is asked for', async () => {
    const more = {
      'env.js': `const read = (name) => process.env[name]
exports.required = (name) => {
  const value = read(name)
  if (!value) throw new Error(name + ' is not set')
  return value.trim()
}`,
    }
    const text = "const { required } = require('./env')\napp.keys = [required('KEY')]"
    expect(await secrets(text, more)).to.deep.equal(['env app.js:5'])
  })

  it('behind settings of each environment that are merged: the variable of production', async () => {
    const more = {
      'config/index.js': `var _ = require('lodash')
var development = require('./development')
var production = require('./production')
var configs = { development: development, production: production }
var config = _.merge({ env }, configs[process.env.NODE_ENV])
module.exports = config`,
      'config/development.js': "module.exports = { secretKeyBase: 's3cret' }",
      'config/production.js': 'module.exports = {\n  secretKeyBase: process.env.KEY\n}',
    }
    const given = "const { default: config } = require('./config')\napp.keys = [config.secretKeyBase]"
    expect(await secrets(given, more)).to.deep.equal([
      'config-file config/development.js:1 development',
      'env config/production.js:2 production',
    ])
  })

  it('for development and test only: production has none', async () => {
    const text = "if (process.env.NODE_ENV !== 'production') app.keys = ['dev']"
    expect(await secrets(text)).to.deep.equal(['literal app.js:4 development', 'missing app.js:5 production'])
  })

  it('from settings of each environment', async () => {
    const more = {
      'config/index.js': "module.exports = require('./' + (process.env.NODE_ENV || 'development'))",
      'config/development.js': "module.exports = { keys: ['dev'] }",
      'config/production.js': 'module.exports = { keys: [process.env.KEY] }',
    }
    expect(await secrets("app.keys = require('./config').keys", more)).to.deep.equal([
      'config-file config/development.js:1 development',
      'env config/production.js:1 production',
    ])
  })

  it('made at random two imports away, although the store is shared', async () => {
    const more = {
      'config.js': "exports.keys = require('./keys').keys",
      'keys.js': "const { randomBytes } = require('crypto')\nexports.keys = [randomBytes(32).toString('hex')]",
    }
    const found = await appOf(
      koaApp("app.keys = require('./config').keys\napp.use(session({ store: require('koa-redis')() }, app))", more),
    )
    expect(secretsIn(found)).to.deep.equal(['random keys.js:2'])
    expect(found.sessions[0]?.store).to.include({ kind: 'redis', shared: true })
    expect(verdictIn(found)).to.include({ sessions: 'breaks', visibility: 0.25 })
  })

  const standIn = "app.keys = [process.env.KEY || require('crypto').randomUUID()]"

  it('as a fallback of ||: one for each process where no file sets the variable', async () => {
    const found = await facts(standIn)
    expect(secretsIn(found)).to.deep.equal(['env app.js:4', 'random app.js:4'])
    expect(verdictIn(found)).to.deep.include({
      sessions: 'breaks',
      visibility: 0.25,
      why: 'with 4 workers a login is seen by about 1 request in 4: each process signs with a key of its own where KEY is unset, and no file here sets it for production.',
    })
    const others = { '.env.development': 'KEY=x\n', '.env.example': 'KEY=x\n', '.env.production': 'KEY=\n' }
    expect(verdictIn(await facts(standIn, others)).sessions).to.equal('breaks')
  })

  const given: Record<string, Files> = {
    'an env file of production': { '.env.production': 'KEY=kLw93dd02zpQnV84mX17rTb6yHs5cJe0\n' },
    compose: {
      'compose.yaml': `services:\n  web:\n    build: .\n    environment:\n      KEY: '$\{KEY:?set it}'\n`,
      Dockerfile: 'FROM node:20\nCOPY . .\nCMD ["node", "app.js"]\n',
    },
    'a secret of Kubernetes': {
      'k8s.yaml':
        'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: shop }\nspec:\n  replicas: 3\n  template:\n    spec:\n      containers:\n        - name: shop\n          image: shop\n          env:\n            - name: KEY\n              valueFrom: { secretKeyRef: { name: shop, key: key } }\n',
    },
  }
  for (const [name, files] of Object.entries(given))
    it(`as a fallback of ||: ready where ${name} sets the variable`, async () => {
      expect(verdictIn(await facts(standIn, files)).sessions).to.equal('ready')
    })

  it('a weak default that is replaced at boot by a random one', async () => {
    const text =
      "const config = { key: 'changeme' }\nif (config.key === 'changeme') config.key = require('crypto').randomBytes(32).toString('hex')\napp.keys = [config.key]"
    expect((await facts(text)).secrets.map(({ kind }) => kind)).to.include('random')
  })

  it('made in the primary, or kept in a file: the same in all processes', async () => {
    const primary =
      "const cluster = require('cluster')\nif (cluster.isPrimary) process.env.KEY = require('crypto').randomBytes(32).toString('hex')\napp.keys = [process.env.KEY]"
    expect(verdictIn(await facts(primary)).sessions).to.equal('ready')
    const kept =
      "const fs = require('fs')\nfunction key() {\n  if (fs.existsSync('.key')) return fs.readFileSync('.key', 'utf8')\n  const made = require('crypto').randomBytes(32).toString('hex')\n  fs.writeFileSync('.key', made)\n  return made\n}\napp.keys = [key()]"
    expect(verdictIn(await facts(kept)).sessions).to.not.equal('breaks')
  })
})

describe('where keys go', () => {
  const secretsOf = async (app: string, more: Files = {}) =>
    secretsIn(
      await appOf({ 'package.json': packageJson({ koa: '^2.0.0', 'koa-session': '^6.0.0' }), 'app.js': app, ...more }),
    )
  const start = "const Koa = require('koa')\nconst session = require('koa-session')\n"

  const apps: Readonly<Record<string, readonly [string, string]>> = {
    'new Koa({ keys })': [
      `${start}const app = new Koa({ keys: ['s3cret'] })\napp.use(session(app))`,
      'literal app.js:3',
    ],
    'server.keys': [
      `${start}const server = new Koa()\nserver.keys = ['s3cret']\nserver.use(session(server))`,
      'literal app.js:4',
    ],
    'this.koa.keys': [
      `${start}class A {\n  constructor() {\n    this.koa = new Koa()\n    this.koa.keys = ['s3cret']\n    this.koa.use(session(this.koa))\n  }\n}\nnew A()`,
      'literal app.js:6',
    ],
    'a chain of names': [
      `${start}const app = module.exports = new Koa()\napp.keys = ['s3cret']\napp.use(session(app))`,
      'literal app.js:4',
    ],
    'a Keygrip that is made apart': [
      `${start}const app = new Koa()\nconst Keygrip = require('keygrip')\nconst grip = new Keygrip(['s3cret'])\napp.keys = grip\napp.use(session(app))`,
      'literal app.js:5',
    ],
    'a class that extends Koa': [
      `${start}class Shop extends Koa {}\nconst shop = new Shop()\nshop.keys = ['s3cret']\nshop.use(session(shop))`,
      'literal app.js:5',
    ],
    'two names at once': [
      `${start}const app = new Koa()\nconst keys = app.keys = ['s3cret']\napp.use(session(app))`,
      'literal app.js:4',
    ],
  }
  for (const [what, [app, expected]] of Object.entries(apps))
    it(what, async () => expect(await secretsOf(app)).to.deep.equal([expected]))

  it('another module is given the app', async () => {
    const more = { 'keys.js': "module.exports = function (app) { app.keys = ['s3cret'] }" }
    const app = `${start}const app = new Koa()\nrequire('./keys')(app)\napp.use(session(app))`
    expect(await secretsOf(app, more)).to.deep.equal(['literal keys.js:1'])
  })

  it('the options of a session that has keys of its own', async () => {
    const files = {
      'package.json': packageJson({ express: '^4.0.0', 'express-session': '^1.0.0' }),
      'app.js':
        "const express = require('express')\nconst session = require('express-session')\nconst app = express()\napp.use(session({ secret: process.env.KEY || 'keyboard cat' }))\napp.listen(1)",
    }
    expect(secretsIn(await appOf(files))).to.deep.equal(['env-with-default app.js:4'])
  })

  it('keys of something else are none', async () => {
    const text =
      "const map = { keys: ['a'] }\nmap.keys = ['b']\nmodule.exports.keys = ['c']\napp.keys = [process.env.KEY]"
    expect(await secrets(text)).to.deep.equal(['env app.js:7'])
  })
})

describe('a key that is missing', () => {
  it('does not matter where cookies are not signed', async () => {
    expect(secretsIn(await appOf(koaApp('app.use(session({ signed: false }, app))')))).to.deep.equal([])
  })

  it('does not matter to a library that never signs', async () => {
    const files = { ...koaApp("app.use(require('koa-session-minimal')())") }
    expect(secretsIn(await appOf(files))).to.deep.equal([])
  })

  it('leaves nothing to tell of several processes: one fails as well', async () => {
    expect(verdictIn(await facts(''))).to.include({ sessions: 'undecided', visibility: 0 })
  })

  const unusable = ["'kLw93dd02zpQnV84mX17rTb6yHs5cJe0'", 'process.env.KEY', '[[process.env.KEY]]']
  for (const keys of unusable)
    it(`nor does a key that cannot sign, ${keys}`, async () => {
      expect(verdictIn(await facts(`app.keys = ${keys}`))).to.deep.include({
        sessions: 'undecided',
        visibility: 0,
        why: 'no login works, with one process either: app.keys is not a list of strings, so no cookie can be signed.',
      })
      expect(verdictIn(await appOf(koaApp(`app.keys = ${keys}\napp.use(session({ signed: false }, app))`)))).to.include(
        {
          sessions: 'ready',
        },
      )
    })

  it('nor does a Secure cookie behind a proxy that is not trusted', async () => {
    const nginx = {
      'nginx.conf': 'server {\n  listen 443 ssl;\n  location / {\n    proxy_pass http://127.0.0.1:3000;\n  }\n}\n',
    }
    const lines = 'app.keys = [process.env.KEY]\napp.use(session({ secure: true }, app))'
    const verdict = async (before: string) => verdictIn(await appOf(koaApp(before + lines, nginx)))
    expect(await verdict('')).to.include({ sessions: 'undecided', visibility: 0 })
    expect((await verdict('')).why).to.include('does not trust the proxy')
    expect(await verdict('app.proxy = true\n')).to.include({ sessions: 'ready', visibility: 1 })
  })
})

describe('keys that are no secret', () => {
  it('a package’s name', async () => {
    expect(await secrets("app.keys = [require('./package.json').name]")).to.deep.equal(['config-file package.json:1'])
  })

  it('a public key, or another file that is committed', async () => {
    const found = await secrets("app.keys = [require('fs').readFileSync('./public.pem', 'utf8')]", {
      'public.pem': 'x',
    })
    expect(found).to.have.length(1)
  })

  it('a variable whose value stands in a committed file', async () => {
    const found = await facts('app.keys = [process.env.KEY]', {
      '.env': 'KEY=s3cret\n',
      Dockerfile: 'FROM node\nARG KEY=dev\nENV KEY=$KEY\nCMD node app.js\n',
    })
    expect(
      found.variables.filter(({ name }) => name === 'KEY').map(({ source, value }) => [source, value]),
    ).to.deep.include.members([
      ['env-file', 's3cret'],
      ['dockerfile-arg', 'dev'],
    ])
  })
})

describe('state that carries a login', () => {
  it('breaks it, although the cookie has the session', async () => {
    const found = await facts(`app.keys = [process.env.KEY]
const users = {}
app.use(async (ctx, next) => {
  ctx.state.user = users[ctx.session.id]
  await next()
})
app.use((ctx) => {
  if (ctx.path === '/login') users[ctx.session.id] = ctx.request.body.user
})`)
    expect(sessionsIn(found)).to.deep.equal(['koa-session app.js:13 cookie, shared, default'])
    expect(verdictIn(found).sessions).to.equal('breaks')
  })
})
