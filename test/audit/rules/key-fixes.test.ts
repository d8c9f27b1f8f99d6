import { expect } from 'chai'
import { cli } from '../../cli/run.js'
import { audited, filesAfter, findingsIn, only } from '../audited.js'
import { type Files, koaApp } from '../collect/small-app.js'

/** The files as `--write`, or `--write --unsafe`, leaves them: round after round until nothing is left to make. */
async function written(files: Files, which: 'safe' | 'review'): Promise<Files> {
  const plan = await audited(files, only(/^SEC/))
  return plan.edits[which].length === 0 ? files : written(filesAfter(files, plan, which), which)
}

const mounted = '\napp.use(session({}, app))'

describe('fixes of keys that meet at one place', () => {
  const cases: Record<string, Files> = {
    'a text that is no list': koaApp(`app.keys = 'kLw93dd02zpQnV84mX17rTb6yHs5cJe0'${mounted}`),
    'a text of JSON that is no list': koaApp(`app.keys = require('./config.json').secret${mounted}`, {
      'config.json': '{ "secret": "kLw93dd02zpQnV84mX17rTb6yHs5cJe0" }\n',
    }),
    'a variable with a default that is no list': koaApp(`app.keys = process.env.SECRET_KEY || 'dev key'${mounted}`),
    'a random text that is no list': koaApp(`app.keys = require('crypto').randomBytes(32).toString('hex')${mounted}`),
  }

  for (const [name, files] of Object.entries(cases))
    it(`${name}: one list, whether written at once or in two steps`, async () => {
      const atOnce = await written(files, 'review')
      expect(atOnce['app.js']).to.match(/^app\.keys = \[process\.env\.SECRET_KEY\]$/m)
      expect(await written(await written(files, 'safe'), 'review')).to.deep.equal(atOnce)
    })

  const config = { 'config.js': `module.exports = { session: { keys: ['old key of ours'], key: 'sid' } }\n` }

  it('a key that is taken out of the options leaves them as they are', async () => {
    const lines = "const config = require('./config')\nconst { keys, ...opts } = config.session\napp.keys = keys"
    const files = koaApp(`${lines}\napp.use(session(opts, app))`, config)
    const text = (await written(files, 'review'))['app.js'] ?? ''
    expect(text).to.match(/^app\.keys = \[process\.env\.SECRET_KEY\]$/m)
    expect(text).to.include("const config = require('./config')\nconst { keys, ...opts } = config.session\n")
  })

  it('a key that is taken out beside others leaves these as they are', async () => {
    const lines = "const config = require('./config')\nconst { keys, key } = config.session\napp.keys = keys"
    const files = koaApp(`${lines}\napp.use(session({ key }, app))`, config)
    const text = (await written(files, 'review'))['app.js'] ?? ''
    expect(text).to.match(/^app\.keys = \[process\.env\.SECRET_KEY\]$/m)
    expect(text).to.include("const config = require('./config')\nconst { key } = config.session\n")
  })

  it('the commands of the guide and of the new guard make the key that the app reads', async () => {
    const files = koaApp(`app.keys = [process.env.SHOP_KEY || 'dev key']${mounted}`)
    const [found] = await findingsIn(files, /^SEC04$/)
    const texts = [found?.do, (await written(files, 'review'))['app.js']]
    for (const text of texts) {
      const [, words = ''] = /npx koa-shared-session (secret [\w -]*\w)/.exec(text ?? '') ?? []
      expect(cli(words.split(' ')).out, words).to.match(/^SHOP_KEY=[\w-]{43}\n$/)
    }
  })

  it('the older key of a list that leaves unset ones out may be unset', async () => {
    const files = koaApp(`app.keys = [process.env.KEY, process.env.OLD_KEY].filter(Boolean)${mounted}`)
    expect((await findingsIn(files, /^SEC05$/)).map(({ title }) => title)).to.deep.equal([
      'nothing checks that KEY is set',
    ])
  })

  it('a list inside a list is found, and not written by machine', async () => {
    const files = koaApp(`app.keys = [[process.env.SECRET_KEY]]${mounted}`)
    const found = await findingsIn(files, /^SEC05$/)
    expect(found.map(({ severity, title }) => [severity, title])).to.deep.include([
      'error',
      'app.keys is a list inside a list',
    ])
  })
})

describe('a key that the package config takes from a variable', () => {
  const files = koaApp(`app.keys = [require('config').get('session.key')]${mounted}`, {
    'config/default.json': '{ "session": { "key": "kLw93dd02zpQnV84mX17rTb6yHs5cJe0" } }\n',
    'config/custom-environment-variables.json': '{ "session": { "key": "INTRANET_KEY", "keys": "INTRANET_KEYS" } }\n',
  })

  it('is asked for by that name', async () => {
    expect((await written(files, 'review'))['app.js']).to.match(/^app\.keys = \[process\.env\.INTRANET_KEY\]$/m)
  })

  it('is not unset where a file gives it another value', async () => {
    expect(await findingsIn(files, /^SEC05$/)).to.deep.equal([])
    const only = { ...files, 'config/default.json': '{ "session": {} }\n' }
    expect((await findingsIn(only, /^SEC05$/)).map(({ title }) => title)).to.deep.equal([
      'nothing checks that INTRANET_KEY is set',
    ])
  })

  it('is taken apart where its name tells of several', async () => {
    const several = { ...files, 'app.js': files['app.js']?.replace('session.key', 'session.keys') ?? '' }
    const more = { 'config/default.json': '{ "session": { "keys": "kLw93dd02zpQnV84mX17rTb6yHs5cJe0" } }\n' }
    const text = (await written({ ...several, ...more }, 'review'))['app.js']
    expect(text).to.match(/^app\.keys = process\.env\.INTRANET_KEYS\.split\(','\)$/m)
  })

  it('has a name that is no secret', async () => {
    const { report } = await audited(files)
    const text = JSON.stringify(report)
    expect(text).to.include('INTRANET_KEYS').and.not.include('kLw93dd02z')
    expect(text).to.not.match(/\((12|13) chars, sha256/)
  })
})

describe('the secret of express-session', () => {
  const files = (more: Files): Files => ({
    'package.json': '{"name":"forum","dependencies":{"express":"4","express-session":"1"}}',
    'app.js':
      "const session = require('express-session')\nconst app = require('express')()\napp.use(session({ secret: 'keyboard cat' }))\napp.listen(3000)\n",
    ...more,
  })

  it('is taken from the environment by machine', async () => {
    expect((await written(files({}), 'review'))['app.js']).to.match(
      /^if \(!process\.env\.SECRET_KEY\) throw .*\napp\.use\(session\(\{ secret: process\.env\.SECRET_KEY \}\)\)$/m,
    )
  })

  it('is the one that the platform makes already', async () => {
    const app = '{ "formation": {}, "env": { "SESSION_SECRET": { "generator": "secret" } } }\n'
    const after = await written(files({ 'app.json': app }), 'review')
    expect(after['app.js']).to.include('secret: process.env.SESSION_SECRET')
    expect(after['app.json']).to.equal(app)
    expect((await findingsIn(files({ 'app.json': app }), /^SEC02$/))[0]?.do).to.include(
      'heroku config:set SESSION_SECRET=',
    )
  })
})

describe('a key that no machine may change', () => {
  const doOf = async (files: Files) => (await findingsIn(files, /^SEC0[12]$/))[0]?.do

  it('of Egg: where it goes, and what hands it on to egg-scripts', async () => {
    const files = {
      'package.json':
        '{"name":"shop","scripts":{"start":"egg-scripts start"},"dependencies":{"egg":"3","egg-scripts":"2"}}',
      'config/config.default.js': "exports.keys = 'kLw93dd02zpQnV84mX17rTb6yHs5cJe0'\n",
    }
    expect(await doOf(files))
      .to.include('  set -a; . ./.env; set +a; npm start')
      .and.include('  config.keys = process.env.SECRET_KEY\n')
      .and.not.include('node --env-file')
  })

  it('of another library: by the name of its option', async () => {
    const files = {
      'package.json': '{"name":"shop","dependencies":{"fastify":"5","@fastify/secure-session":"8"}}',
      'app.js':
        "const app = require('fastify')()\napp.register(require('@fastify/secure-session'), { key: 'kLw93dd02zpQnV84mX17rTb6yHs5cJe0' })\napp.listen({ port: 3000 })\n",
    }
    expect(await doOf(files)).to.include('  key: process.env.SECRET_KEY\n')
  })
})
