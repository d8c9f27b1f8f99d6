import { expect } from 'chai'
import { audited, findingsIn } from '../audited.js'
import { koaApp } from '../collect/small-app.js'

/** What the only finding of the rule tells people to do, in one line. */
async function advice(files: Readonly<Record<string, string>>, rule: RegExp): Promise<string> {
  const found = await findingsIn(files, rule)
  expect(found).to.have.length(1)
  return (found[0]?.do ?? '').replaceAll(/\s+/g, ' ')
}

describe('the advice for a key in the source', () => {
  const keyed = (key: string) => koaApp(`app.keys = ['${key}']\napp.use(session({}, app))`)

  it('lets nobody keep a key that everybody knows, and says what that costs', async () => {
    const text = await advice(keyed('some secret hurr'), /^SEC02$/)
    expect(text).to.include('logs everybody out once').and.include('Do not keep the old key')
    expect(text).not.to.match(/OLD_SECRET_KEY|second/)
  })

  it('nor one that can be guessed: sharedSession() would not start with it', async () => {
    expect(await advice(keyed('shop-key-2019'), /^SEC02$/)).not.to.include('OLD_SECRET_KEY')
  })

  it('keeps a strong one for a while, where only the team has read it', async () => {
    const text = await advice(keyed('kLw93dd02zpQnV84mX17rTb6yHs5cJe0'), /^SEC02$/)
    expect(text).to.include('app.keys = [process.env.SECRET_KEY, process.env.OLD_SECRET_KEY]')
    expect(text).to.include('only where nobody else could read').and.not.include('never')
  })

  it('is the same for a key in a file that git tracks', async () => {
    const files = (key: string) =>
      koaApp('app.keys = [process.env.SECRET_KEY]\napp.use(session({}, app))', {
        Dockerfile: `FROM node:20\nENV SECRET_KEY=${key}\n`,
      })
    expect(await advice(files('shop-key-2019'), /^SEC07$/)).to.include('Do not keep the old key')
    expect(await advice(files('kLw93dd02zpQnV84mX17rTb6yHs5cJe0'), /^SEC07$/)).to.include('OLD_SECRET_KEY')
  })
})

describe('the advice for a weak key', () => {
  const signed =
    "if (!process.env.KEY) throw new Error('no key')\napp.keys = [process.env.KEY]\napp.use(session({}, app))"

  it('puts another in its place in a file of variables', async () => {
    expect(await advice(koaApp(signed, { '.env': 'KEY=hunter2\n' }), /^SEC03$/)).to.include(
      'Put a strong one in its place',
    )
  })

  it('but none into a default of compose, which git tracks', async () => {
    const asked = '      KEY: $' + '{KEY:-hunter2}\n'
    const files = { 'compose.yaml': `services:\n  web:\n    build: .\n    environment:\n${asked}` }
    const text = await advice(koaApp(signed, files), /^SEC03$/)
    expect(text).to.include('{KEY:?} there').and.include('secret --env KEY >> .env').and.not.include('in its place')
  })
})

describe('the advice for a key of Flask', () => {
  it('names where its platform keeps it, and nothing that only Koa has', async () => {
    const files = {
      'requirements.txt': 'flask\ngunicorn\n',
      'app.py':
        "import os\nfrom flask import Flask\napp = Flask(__name__)\napp.config['SECRET_KEY'] = os.environ.get('SECRET_KEY') or 'dev'\n",
      Procfile: 'web: gunicorn app:app --bind 0.0.0.0:8123\n',
      'app.json': '{ "formation": {}, "env": { "SECRET_KEY": { "generator": "secret" } } }\n',
    }
    expect(await advice(files, /^PYX03$/))
      .to.include('heroku config:set SECRET_KEY=')
      .and.not.include('.env')
    const { report } = await audited(files)
    const proof = report.apps[0]?.steps.at(-1)?.actions.join('\n') ?? ''
    expect(proof).to.not.include('doctor').and.not.include(':3000')
  })
})

describe('the advice for a random key of Flask', () => {
  it('says how it is read', async () => {
    const code = 'import os\nfrom flask import Flask\napp = Flask(__name__)\napp.secret_key = os.urandom(16)\n'
    const text = await advice({ 'requirements.txt': 'flask\n', 'app.py': code }, /^PYX03$/)
    expect(text).to.include('os.environ["SECRET_KEY"]')
  })
})

describe('the advice for one key only', () => {
  it('names the variable of the app', async () => {
    const text = await advice(koaApp('app.keys = [process.env.COOKIE_KEY]\napp.use(session({}, app))'), /^SEC08$/)
    expect(text).to.include('app.keys = [process.env.COOKIE_KEY, process.env.OLD_COOKIE_KEY]')
  })
})

describe('the advice for an app that PM2 starts', () => {
  const app = (lines: string, settings = '') =>
    koaApp(lines, {
      'ecosystem.config.js': `module.exports = { apps: [{ name: 'shop', script: 'app.js'${settings} }] }\n`,
    })

  it('speaks of the time of the app, not of serve, which does not run', async () => {
    const text = await advice(app('app.use((ctx) => { ctx.body = 1 })'), /^DEP03$/)
    expect(text).to.include('kill_timeout: 12000').and.include('LIF01').and.not.include('serve')
    expect(
      await findingsIn(app('app.use((ctx) => { ctx.body = 1 })', ', kill_timeout: 12000'), /^DEP03$/),
    ).to.deep.equal([])
  })

  it('of serve, where PM2 starts that', async () => {
    const file = `module.exports = { apps: [{ name: 'shop', script: 'node_modules/.bin/koa-shared-session', args: 'serve app.js', kill_timeout: 12000 }] }\n`
    const text = await advice(koaApp('app.use((ctx) => { ctx.body = 1 })', { 'ecosystem.config.js': file }), /^DEP03$/)
    expect(text).to.include('kill_timeout: 36000')
  })

  it('that handles SIGTERM only, says that PM2 sends SIGINT', async () => {
    const handler = (signal: string) =>
      `const server = app.listen(3001)\nprocess.on('${signal}', () => { server.close(); server.closeIdleConnections() })`
    expect(await advice(app(handler('SIGTERM')), /^LIF01$/)).to.include("['SIGINT', 'SIGTERM']")
    const both = `${handler('SIGTERM')}\n${handler('SIGINT').split('\n')[1]}`
    expect(await findingsIn(app(both), /^LIF01$/)).to.deep.equal([])
  })
})

describe('NODE_ENV of an Egg app', () => {
  it('is set by egg-scripts, also where no file says so', async () => {
    const files = (start: string) => ({
      'package.json': JSON.stringify({ name: 'shop', dependencies: { egg: '^3.0.0' }, scripts: { start } }),
      'app/router.js': 'module.exports = (app) => app\n',
      Dockerfile: 'FROM node:20\nCOPY . .\nCMD ["npm", "start"]\n',
    })
    expect(await findingsIn(files('egg-scripts start'), /^DEP02$/)).to.deep.equal([])
    expect(await findingsIn(files('node index.js'), /^DEP02$/)).to.have.length(1)
  })
})
