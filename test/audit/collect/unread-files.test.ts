import { expect } from 'chai'
import { appOf, type Files, koaApp, packageJson, verdictIn } from './small-app.js'

const typed = (text: string): Files => ({
  'package.json': packageJson({ koa: '^2.15.0', 'koa-session': '^6.4.0' }, { main: 'src/server.ts' }),
  'src/server.ts':
    "import Koa from 'koa'\nimport mount from './mount'\nconst app = new Koa()\nmount(app)\napp.listen(1)",
  'src/mount.ts': text,
})
const mounting = "import session from 'koa-session'\nexport default (app) => app.use(session({}, app))\n"
const conflict = `<<<<<<< ours\n${mounting}=======\n`

describe('a file that could not be read', () => {
  it('leaves the answer open where it mounts the session', async () => {
    const facts = await appOf(typed(conflict))
    expect(facts.unread).to.deep.equal(['src/mount.ts'])
    expect(verdictIn(facts)).to.deep.include({ sessions: 'undecided', app: 'undecided', visibility: null })
    expect(verdictIn(facts).why).to.equal('src/mount.ts could not be read, and it may mount a session.')
  })

  it('leaves it open beside a session that was found', async () => {
    const facts = await appOf({
      ...typed(conflict),
      'src/server.ts': `import Koa from 'koa'
import mount from './mount'
import other from 'koa-session'
const app = new Koa()
app.keys = [process.env.KEY]
app.use(other(app))
mount(app)`,
    })
    expect(verdictIn(facts).sessions).to.equal('undecided')
  })

  it('changes nothing where it has nothing to do with sessions', async () => {
    const facts = await appOf(typed('<<<<<<< ours\nexport default (app) => app.use(body())\n=======\n'))
    expect(verdictIn(facts).sessions).to.equal('ready')
  })

  it('changes nothing that is known to break', async () => {
    const facts = await appOf({
      ...typed(conflict),
      'src/server.ts':
        "import Koa from 'koa'\nimport mount from './mount'\nimport other from 'koa-generic-session'\nconst app = new Koa()\napp.keys = ['k']\napp.use(other())\nmount(app)",
    })
    expect(verdictIn(facts).sessions).to.equal('breaks')
  })

  it('leaves the answer open where it is no text and no session was found', async () => {
    const files = typed(mounting)
    expect((await appOf(files, { unreadable: ['src/mount.ts'] })).unread).to.deep.equal(['src/mount.ts'])
  })
})

describe('a file that is not here', () => {
  it('leaves the answer open where its name says session', async () => {
    const facts = await appOf(koaApp("app.use(require('./lib/session-store')(app))"))
    expect(facts.unread).to.deep.equal(['lib/session-store'])
    expect(verdictIn(facts).sessions).to.equal('undecided')
  })

  it('leaves it open where the app depends on a session library that nothing here loads', async () => {
    const facts = await appOf({ ...koaApp("require('./middleware')(app)") })
    expect(facts.unread).to.deep.equal(['middleware'])
  })

  it('leaves it open where it is used as middleware or makes the app', async () => {
    const unread = async (lines: string) => (await appOf(koaApp(lines))).unread
    expect(await unread("const web = require('./web')\napp.use(web.routes())")).to.deep.equal(['web'])
    expect(await unread("const web = require('./web')\napp.use(web)")).to.deep.equal(['web'])
    expect(await unread("const web = require('./web')\nweb.init(app)")).to.deep.equal(['web'])
    expect(await unread("const web = require('./web')\nhttp.createServer(web.callback())")).to.deep.equal(['web'])
    expect(await unread("const web = require('./web')(app)")).to.deep.equal(['web'])
    expect(await unread("require('./web')")).to.deep.equal(['web'])
  })

  it('changes nothing where only its settings are read', async () => {
    const facts = await appOf(
      koaApp(
        "const settings = require('./config')\napp.listen(settings.port)\nsettings.get('name')\nconst db = new settings.Db(settings.url)\nfunction open() { const own = require('./own'); return own.url }",
      ),
    )
    expect(facts.unread).to.deep.equal([])
    expect(verdictIn(facts).sessions).to.equal('ready')
  })

  it('changes nothing where a build writes it', async () => {
    const facts = await appOf(koaApp("require('./dist/entry-server.js')(app)"))
    expect(verdictIn(facts).sessions).to.equal('ready')
  })

  it('changes nothing where only types are loaded', async () => {
    const facts = await appOf(
      koaApp("require('../types')\nrequire('./types/user')\nrequire('./parts')", { 'parts/index.jsx': '' }),
    )
    expect(facts.unread).to.deep.equal([])
  })

  it('is a package that is handed the options of a session', async () => {
    const of = (lines: string) =>
      appOf({
        'package.json': packageJson({ express: '^4.17.0', '@acme/pages': '^5.0.0' }),
        'app.js': `const app = require('express')()\nconst pages = require('@acme/pages')\n${lines}\napp.listen(1)`,
      })
    const facts = await of('pages(app, { session: { secret: process.env.KEY, redis: { url } } })')
    expect(facts.unread).to.deep.equal(['@acme/pages'])
    expect(verdictIn(facts).why).to.equal('@acme/pages could not be read, and it may mount a session.')
    const named = async (name: string) => {
      const files = {
        'package.json': packageJson({ koa: '^1.0.0', [name]: '^1.0.0' }),
        'app.js': `const app = require('koa')()\nrequire('${name}')(app, { key })\napp.listen(1)`,
      }
      return (await appOf(files)).unread
    }
    expect(await named('@acme/crypto-session')).to.deep.equal(['@acme/crypto-session'])
    expect(await named('@acme/session-storage-sqlite')).to.deep.equal([])
    expect(await named('possession')).to.deep.equal([])
    expect((await of("pages(app, { session: { name: 'x' } })")).unread).to.deep.equal([])
  })

  it('changes nothing where a session was found', async () => {
    const facts = await appOf(
      koaApp("app.keys = [process.env.KEY]\napp.use(session(app))\nrequire('./session-of-users')"),
    )
    expect(verdictIn(facts).sessions).to.equal('ready')
  })

  it('changes nothing where the app has no session library', async () => {
    const facts = await appOf({
      'package.json': packageJson({ koa: '^2.15.0' }),
      'app.js':
        "const app = new (require('koa'))()\napp.use(require('./middleware'))\nrequire('./style.css')\napp.listen(1)",
    })
    expect(verdictIn(facts).sessions).to.equal('ready')
  })
})
