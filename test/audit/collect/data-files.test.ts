import { expect } from 'chai'
import { appOf, koaApp, packageJson, secretsIn } from './small-app.js'

const yaml = `# settings
session:
  key: shop.sid
  maxAge: 9000
secrets:
  - 'first-key'
  - "second-key"
`

const keysOf = async (lines: string, more: Readonly<Record<string, string>>) =>
  secretsIn(await appOf(koaApp(lines, more)))

describe('settings in files of data', () => {
  const reads: Readonly<Record<string, string>> = {
    'js-yaml':
      "const yaml = require('js-yaml')\nconst config = yaml.load(require('fs').readFileSync(__dirname + '/settings.yml', 'utf8'))",
    'js-yaml of old, a path of parts':
      "const config = require('js-yaml').safeLoad(require('fs').readFileSync(require('path').join(__dirname, 'settings.yml')))",
    'yaml, the file as text':
      "const YAML = require('yaml')\nconst text = require('fs').readFileSync('./settings.yml').toString()\nconst config = YAML.parse(text)",
    'yamljs, by its path': "const config = require('yamljs').load('settings.yml')",
  }
  for (const [name, read] of Object.entries(reads))
    it(`are read from YAML by ${name}`, async () => {
      const lines = `${read}\napp.keys = config.secrets\napp.use(session(config.session, app))`
      const found = await appOf(koaApp(lines, { 'settings.yml': yaml }))
      expect(secretsIn(found)).to.deep.equal(['config-file settings.yml:6', 'config-file settings.yml:7'])
      expect(found.sessions[0]?.cookie.maxAge).to.deep.include({ value: 9000 })
      expect(found.sessions[0]?.cookie.maxAge?.place).to.include({ file: 'settings.yml', line: 4 })
    })

  it('are read from JSON by its text, or by a package', async () => {
    const more = { 'settings.json': '{\n  "secrets": ["first-key"]\n}' }
    for (const read of [
      "JSON.parse(require('fs').readFileSync(__dirname + '/settings.json'))",
      "require('fs-extra').readJsonSync('settings.json')",
      "require('jsonfile').readFileSync('./settings.json')",
    ])
      expect(await keysOf(`app.keys = ${read}.secrets\napp.use(session(app))`, more), read).to.deep.equal([
        'config-file settings.json:2',
      ])
  })

  it('are not guessed where the file is not here', async () => {
    const lines =
      "app.keys = require('js-yaml').load(require('fs').readFileSync('/etc/shop.yml', 'utf8')).keys\napp.use(session(app))"
    expect(await keysOf(lines, {})).to.deep.equal(['unknown app.js:4'])
  })

  it('are a note where the YAML is broken', async () => {
    const lines =
      "app.keys = require('js-yaml').load(require('fs').readFileSync('settings.yml', 'utf8')).keys\napp.use(session(app))"
    const { notLooked } = await appOf(koaApp(lines, { 'settings.yml': 'keys: [1\nb: }' }))
    expect(notLooked.map(({ what }) => what)).to.include('settings.yml')
  })
})

describe('the package config, and YAML', () => {
  const files = (more: Readonly<Record<string, string>>) => ({
    'package.json': packageJson({ koa: '2', 'koa-session': '6', config: '3' }),
    'app.js':
      "const Koa = require('koa')\nconst session = require('koa-session')\nconst config = require('config')\nconst app = new Koa()\napp.keys = [config.get('app.key')]\napp.use(session({}, app))\napp.listen(1)",
    ...more,
  })

  it('is no key where it is empty, and a variable fills it', async () => {
    const app =
      "const Koa = require('koa')\nconst session = require('koa-session')\nconst config = require('config')\nconst app = new Koa()\nconst { key } = config.get('app')\napp.keys = [key]\napp.use(session({}, app))\napp.listen(1)"
    const more = {
      'app.js': app,
      'config/default.json': '{ "app": { "key": "" } }',
      'config/custom-environment-variables.json': '{ "app": { "key": "APP_KEY" } }',
    }
    expect(secretsIn(await appOf(files(more)))).to.deep.equal(['env config/custom-environment-variables.json:1'])
  })

  it('takes what default.yaml says', async () => {
    expect(secretsIn(await appOf(files({ 'config/default.yaml': 'app:\n  key: some-key\n' })))).to.deep.equal([
      'config-file config/default.yaml:2',
    ])
  })

  it('takes the variable that custom-environment-variables.yaml names', async () => {
    const more = {
      'config/default.yml': 'app:\n  key: some-key\n',
      'config/custom-environment-variables.yml': 'app:\n  key: APP_KEY\n',
    }
    expect(secretsIn(await appOf(files(more)))).to.deep.equal([
      'env-with-default config/custom-environment-variables.yml:2',
    ])
  })
})
