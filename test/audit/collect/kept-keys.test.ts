import { expect } from 'chai'
import { topologyOf } from '../../../lib/audit/topology-of.js'
import { verdictOf } from '../../../lib/audit/verdict.js'
import { findingsIn } from '../audited.js'
import { appOf, type Files, koaApp, packageJson, secretsIn, verdictIn } from './small-app.js'

const mounted = '\napp.use(session({}, app))'
const facts = (lines: string, more: Files = {}) => appOf(koaApp(lines + mounted, more))
const start = "const fs = require('fs')\nconst { randomBytes } = require('crypto')\n"

describe('a key that a file keeps', () => {
  const ways: Readonly<Record<string, string>> = {
    'read, else made and written: try and catch': `${start}let key
try {
  key = fs.readFileSync('.key', 'utf8')
} catch {
  key = randomBytes(32).toString('hex')
  fs.writeFileSync('.key', key)
}
app.keys = [key]`,
    'an if that asks for the file': `${start}let key
if (!fs.existsSync('.key')) {
  key = randomBytes(32).toString('hex')
  fs.writeFileSync('.key', key, 'ascii')
} else {
  key = fs.readFileSync('.key', 'ascii')
}
app.keys = [key]`,
    'by a helper that makes it': `${start}const random = (length) => randomBytes(length).toString('hex').slice(0, length)
let key
if (!fs.existsSync('.key')) {
  key = random(64)
  fs.writeFileSync('.key', key)
} else key = fs.readFileSync('.key', 'ascii')
app.keys = [key]`,
    'by a function': `${start}function key() {
  try {
    return fs.readFileSync('.key', 'utf8').trim()
  } catch (error) {
    const made = randomBytes(32).toString('hex')
    fs.writeFileSync('.key', made, { mode: 0o600 })
    return made
  }
}
app.keys = [key()]`,
    'asked for first, then written': `${start}if (!fs.existsSync('.key')) fs.writeFileSync('.key', randomBytes(32).toString('hex'))
app.keys = [fs.readFileSync('.key', 'utf8')]`,
  }
  for (const [what, lines] of Object.entries(ways))
    it(`is the same in all workers of a host: ${what}`, async () => {
      expect(verdictIn(await facts(lines)).sessions).to.equal('ready')
    })

  it('may be made by two workers that start for the first time', async () => {
    const lines = `${start}if (!fs.existsSync('.key')) fs.writeFileSync('.key', randomBytes(32).toString('hex'))
app.keys = [fs.readFileSync('.key', 'utf8')]`
    const [found] = await findingsIn(koaApp(lines + mounted), /^SEC01$/)
    expect(found?.title).to.equal('the key is made at the first start and kept in a file')
    expect(found?.locations[0]?.line).to.equal(6)
  })

  it('is not decidable for several hosts, which have a file each', async () => {
    for (const lines of [
      "app.keys = [require('fs').readFileSync('.key', 'utf8')]",
      `${start}if (!fs.existsSync('.key')) fs.writeFileSync('.key', randomBytes(32).toString('hex'))
app.keys = [fs.readFileSync('.key', 'utf8')]`,
    ]) {
      const found = await facts(lines)
      const topology = topologyOf(found, { workers: 4, hosts: 3, store: undefined })
      expect(verdictOf(found, topology)).to.include({ sessions: 'undecided', visibility: null })
      expect(verdictIn(found).sessions).to.equal('ready')
    }
  })

  it('is another in each process where nothing reads what is written', async () => {
    const lines = `${start}const key = randomBytes(32).toString('hex')\nfs.writeFileSync('last.txt', key)\napp.keys = [key]`
    expect(verdictIn(await facts(lines)).sessions).to.equal('breaks')
  })

  it('comes from a configuration file where it is only read', async () => {
    const lines = `${start}app.keys = JSON.parse(fs.readFileSync('./secret.json').toString())`
    const found = await facts(lines)
    expect(secretsIn(found)).to.deep.equal(['config-file app.js:6'])
    expect(verdictIn(found).sessions).to.equal('ready')
  })

  it('comes from one also where a module reads it before', async () => {
    const found = await facts("app.keys = require('./key').keys", {
      'key.js': "const fs = require('fs')\nexports.keys = [fs.readFileSync(__dirname + '/.key', 'utf8').trim()]",
    })
    expect(secretsIn(found)).to.deep.equal(['config-file key.js:2'])
  })
})

describe('a key of Egg, Strapi and others', () => {
  const egg = (config: string, file = 'config/config.default.js') => ({
    'package.json': packageJson({ egg: '^2.0.0' }),
    [file]: `module.exports = appInfo => {\n  const config = (exports = {})\n  ${config}\n  return config\n}`,
  })
  const keys = async (files: Files) => secretsIn(await appOf(files))

  it('is a text in a template', async () => {
    expect(await keys(egg('config.keys = `${appInfo.name}_1578_8753`'))).to.deep.equal([
      'literal config/config.default.js:3',
    ])
  })

  it('is the name of the app', async () => {
    expect(await keys(egg('config.keys = appInfo.name'))).to.deep.equal(['literal config/config.default.js:3'])
  })

  it('is in the settings of Egg in TypeScript below src', async () => {
    const files = egg("config.keys = 'abc'", 'src/config/config.default.ts')
    expect(await keys(files)).to.deep.equal(['literal src/config/config.default.ts:3'])
    expect((await appOf(files)).sessions.map(({ library }) => library)).to.deep.equal(['egg-session'])
  })

  it('signs the tokens of ThinkJS', async () => {
    const files = {
      'package.json': packageJson({ thinkjs: '^3.0.0', 'think-session-jwt': '*' }),
      'src/config/adapter.js': "exports.session = {\n  type: 'jwt',\n  jwt: { secret: 'abc' },\n}",
    }
    expect(await keys(files)).to.deep.equal(['literal src/config/adapter.js:3'])
    expect((await appOf(files)).sessions.map(({ store }) => store.kind)).to.deep.equal(['cookie'])
  })

  it('is a list of texts where the variable of Strapi is unset', async () => {
    const files = {
      'package.json': packageJson({ '@strapi/strapi': '4.0.0' }),
      'config/server.js':
        "module.exports = ({ env }) => ({\n  app: {\n    keys: env.array('APP_KEYS', ['toBeModified1', 'toBeModified2']),\n  },\n})",
    }
    expect(await keys(files)).to.deep.equal(['env-with-default config/server.js:3'])
  })

  it('is in a settings file that is not here', async () => {
    const more = {
      'config/default.js': "const secret = require('./secret.json')\nmodule.exports = { keys: secret.keys }",
    }
    const lines = "const config = require('config')\napp.keys = config.keys"
    expect(secretsIn(await facts(lines, more))).to.deep.equal(['config-file app.js:5'])
  })

  it('is in the settings of a server in a folder of its own', async () => {
    const files = {
      'package.json': packageJson({ koa: '^2.0.0', config: '*', 'koa-session': '*' }, { main: 'server/server.js' }),
      'server/server.js':
        "import Koa from 'koa'\nimport session from 'koa-session'\nimport { secret } from 'config'\nconst app = new Koa()\napp.keys = [secret]\napp.use(session(app))\napp.listen(1)",
      'server/config/default.js': "module.exports = {\n  secret: 'secret',\n}",
    }
    expect(await keys(files)).to.deep.equal(['config-file server/config/default.js:2'])
  })
})
