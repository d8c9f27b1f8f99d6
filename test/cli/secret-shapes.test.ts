import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { audit } from '../../lib/audit/audit.js'
import { formatNames } from '../../lib/report/format-names.js'
import type { Files } from '../audit/made-up-app.js'
import { freshDirectory } from '../servers/process.js'
import { directoryOf, migrate, type Run } from './migrate-world.js'

/** An app whose key is written in some way, and the parts of it that no output may hold. */
interface Shape {
  readonly files: Files
  readonly hidden: readonly string[]
}

const manifest = {
  'package.json':
    '{ "name": "shop", "dependencies": { "koa": "^2.15.0", "koa-session": "^6.4.0" }, "scripts": { "start": "node app.js" } }',
}

/** The lines stand directly above one that is found and changed: they are in its frame, and in the context of its diff. */
const app = (lines: string, end = '') => `const Koa = require('koa')
const crypto = require('crypto')
const session = require('koa-session')
const app = new Koa()
${lines}
app.use(session({ httpOnly: false, key: 'shop.sid' }, app))
${end}
app.use((ctx) => { ctx.session.n = 1 })
app.listen(3000)
`

const keyed = (lines: string, hidden: readonly string[], more: Files = {}): Shape => ({
  files: { ...manifest, 'app.js': app(lines), ...more },
  hidden,
})

const signed = (lines: string) => app(`${lines}\napp.keys = [process.env.SECRET_KEY]`)
const beside = (lines: string, hidden: readonly string[], more: Files = {}): Shape => ({
  files: { ...manifest, 'app.js': signed(lines), ...more },
  hidden,
})

/** Started by this command of package.json. */
const flagged = (command: string): Shape => ({
  files: {
    'app.js': app('app.keys = [process.env.COOKIE]'),
    'package.json': manifest['package.json'].replace('node app.js', command),
  },
  hidden: ['zx81-flag', 'q7z9-flag'],
})

const hash = "crypto.createHash('sha256')"

const shapes: Readonly<Record<string, Shape>> = {
  'a template': keyed('const x = ctx()\napp.keys = [`my-\u0024{x}-zq81-part-9`]', ['zq81-part']),
  'a template around a variable': keyed('app.keys = [`pre81zq-\u0024{process.env.KEY}-end42zq`]', [
    'pre81zq',
    'end42zq',
  ]),
  'a sum': keyed("app.keys = ['abcq' + 'def99zx81']", ['abcq', 'def99zx81']),
  'a sum with a variable': keyed("app.keys = [process.env.KEY + 'zx81-tail-77']", ['zx81-tail']),
  'a sum with a short part': keyed("app.keys = [process.env.KEY + 'q9z']", ["'q9z'"]),
  'a push': keyed("app.keys = []\napp.keys.push('pushed-zx81-77')", ['pushed-zx81']),
  'a push onto a name': keyed("const keys = []\nkeys.push('pushed-zx81-77')\napp.keys = keys", ['pushed-zx81']),
  'an unshift': keyed("app.keys = ['first-one-9q7']\napp.keys.unshift('second-zx81-77')", ['first-one', 'second-zx81']),
  'a repeat': keyed("app.keys = ['zx81r7q9'.repeat(2)]", ['zx81r7q9']),
  padding: keyed("app.keys = ['zx81r7q9'.padEnd(40, 'q4k8w2')]", ['zx81r7q9', 'q4k8w2']),
  'a digest': keyed(`app.keys = [${hash}.update('zx81-digested-77').digest('hex')]`, ['zx81-digested']),
  'a digest by steps': keyed(`const h = ${hash}\nh.update('zx81-digested-77')\napp.keys = [h.digest('hex')]`, [
    'zx81-digested',
  ]),
  'an hmac': keyed("app.keys = [crypto.createHmac('sha256', 'zx81-hmac-key').update('label-q7z9').digest('hex')]", [
    'zx81-hmac-key',
    'label-q7z9',
  ]),
  'a derived key': keyed("app.keys = [crypto.scryptSync('zx81-phrase-7', 'salt-q7z9', 32).toString('hex')]", [
    'zx81-phrase',
    'salt-q7z9',
  ]),
  'a buffer': keyed("app.keys = [Buffer.from('zx81-buffer-77')]", ['zx81-buffer']),
  'a buffer of base64': keyed(
    `app.keys = [Buffer.from('${Buffer.from('zx81-in-base64').toString('base64')}', 'base64')]`,
    [Buffer.from('zx81-in-base64').toString('base64').slice(0, 14)],
  ),
  'buffers joined': keyed("app.keys = [Buffer.concat([Buffer.from('zx81-one-7'), Buffer.from('q7z9-two-8')])]", [
    'zx81-one',
    'q7z9-two',
  ]),
  'a spread': keyed("const old = ['zx81-older-7']\napp.keys = ['q7z9-newer-8', ...old]", ['zx81-older', 'q7z9-newer']),
  'a concat': keyed("app.keys = ['zx81-one-7'].concat(['q7z9-two-8'], 'k4w8-three-9')", [
    'zx81-one',
    'q7z9-two',
    'k4w8-three',
  ]),
  'a list by its maker': keyed("app.keys = Array.of('zx81-one-7', 'q7z9-two-8')", ['zx81-one', 'q7z9-two']),
  'a join': keyed("app.keys = [['zx81aa', 'q7z9bb', 'k4w8'].join('-')]", ['zx81aa', 'q7z9bb', "'k4w8'"]),
  'a split': keyed("app.keys = 'zx81-one q7z9-two'.split(' ')", ['zx81-one', 'q7z9-two']),
  'a replace': keyed("app.keys = ['zx81-one-7'.replace('one', 'q7z9-in')]", ['zx81-one', 'q7z9-in']),
  'letters turned around': keyed("app.keys = ['zx81-one-7'.split('').reverse().join('')]", ['zx81-one']),
  'a field of an object': keyed("const config = { auth: { keys: ['zx81-field-7'] } }\napp.keys = config.auth.keys", [
    'zx81-field',
  ]),
  'an object of keys': keyed("const all = { one: 'zx81-one-7', two: 'q7z9-two-8' }\napp.keys = Object.values(all)", [
    'zx81-one',
    'q7z9-two',
  ]),
  'a field of a class': keyed("class Config { key = 'zx81-field-7' }\napp.keys = [new Config().key]", ['zx81-field']),
  'a static field': keyed("class Config { static key = 'zx81-field-7' }\napp.keys = [Config.key]", ['zx81-field']),
  'a class that is the app': {
    files: {
      ...manifest,
      'app.js': app('class Shop extends Koa { constructor() { super(); this.keys = ["zx81-field-7"] } }\nnew Shop()'),
    },
    hidden: ['zx81-field'],
  },
  'a property in brackets': keyed("app['keys'] = ['zx81-brackets-7']", ['zx81-brackets']),
  'an assign': keyed("Object.assign(app, { keys: ['zx81-assign-7'] })", ['zx81-assign']),
  'a function': keyed("function key(part) { return 'zx81-inner-7' + part }\napp.keys = [key('q7z9-given-8')]", [
    'zx81-inner',
    'q7z9-given',
  ]),
  'a function of another package': keyed("app.keys = [require('md5')('zx81-hashed-7')]", ['zx81-hashed']),
  'what is not understood': keyed("const parts = ['zx81-part-7', 'q7z9-part-8']\napp.keys = [strange(parts)]", [
    'zx81-part',
    'q7z9-part',
  ]),
  'what a callback makes': keyed("app.keys = ['a', 'b'].map((x) => x + 'zx81-mapped-7')", ['zx81-mapped']),
  escapes: keyed("app.keys = ['zx81-\\u0062cdef-77q']", ['cdef-77q', 'zx81-']),
  'several lines': keyed('app.keys = [`zx81-line-one\nq7z9-line-two`]', ['zx81-line', 'q7z9-line']),
  'a Keygrip': keyed("app.keys = new (require('keygrip'))(['zx81-grip-7' + x], 'sha256')", ['zx81-grip']),
  'an option of another session': {
    files: {
      ...manifest,
      'package.json': manifest['package.json'].replace('"koa-session": "^6.4.0"', '"koa-generic-session": "^2.0.0"'),
      'app.js': app("app.keys = ['zx81-generic-7']").replaceAll('koa-session', 'koa-generic-session'),
    },
    hidden: ['zx81-generic'],
  },
  'an env file': beside('', ['zx81-env', 'q7z9-jwt', 'k4w8-db'], {
    '.env': 'JWT_SECRET=q7z9-jwt-77\nSECRET_KEY=zx81-env-77\nDATABASE_URL=postgres://u:k4w8-db-7@db/shop\n',
  }),
  'a list in an env file': beside('', ['zx81-one', 'q7z9-two'], { '.env': 'SECRET_KEY="zx81-one-7,q7z9-two-8"\n' }),
  'values of YAML': beside('', ['zx81-yaml', 'q7z9-yaml', 'k4w8-yaml', 'p3v6-yaml'], {
    'docker-compose.yml':
      'services:\n  app:\n    build: .\n    environment:\n      JWT_SECRET: q7z9-yaml-7\n      SECRET_KEY: zx81-yaml-7\n      PLAIN: "p3v6-yaml"\n    # the next line is found\n    command: node app.js\n  redis:\n    image: redis\n    environment:\n      REDIS_PASSWORD: k4w8-yaml-7\n    ports: ["6379:6379"]\n',
  }),
  'a setting beside what is found': beside('', ['zx81-kube', 'q7z9-kube'], {
    'k8s.yaml':
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: shop }\nspec:\n  replicas: 3\n  template:\n    spec:\n      containers:\n        - name: shop\n          image: shop\n          command: ["node", "app.js"]\n          env:\n            - name: API_TOKEN\n              value: q7z9-kube-7\n            - name: SECRET_KEY\n              value: zx81-kube-7\n',
  }),
  'an address of Redis': beside("const redis = new (require('ioredis'))('redis://:zx81-redis-7@host:6379')", [
    'zx81-redis',
  ]),
  'an address with odd characters': beside(
    "const redis = new (require('ioredis'))('redis://:zx/81@q7z9(r)@host:6379')",
    ['zx/81', 'q7z9'],
  ),
  'an address of MongoDB': beside(
    "require('mongoose').connect('mongodb://u:zx81-mongo-7@one,two/db?authSource=admin')",
    ['zx81-mongo'],
  ),
  'an address in parts': beside("require('mongoose').connect('mongodb://u:' + 'zx81-parts-7' + '@host/db')", [
    'zx81-parts',
  ]),
  'an address in a template': beside('const url = `postgres://u:zx81-\u0024{x}-q7z9@host/db`', ['zx81-', 'q7z9']),
  'a password in a query': beside("fetch('https://host/x?user=a&password=zx81-query-7&b=1')", ['zx81-query']),
  'a connection string': beside("connect('Server=db;User Id=sa;Password=zx81-mssql-7;')", ['zx81-mssql']),
  'a secret of JWT': beside("require('jsonwebtoken').sign({}, 'zx81-jwt-7')", ['zx81-jwt']),
  'a secret of JWT, destructured': beside("const { sign } = require('jsonwebtoken')\nsign({}, 'zx81-' + 'q7z9-jwt')", [
    'zx81-',
    'q7z9-jwt',
  ]),
  'a secret of JWT with a default': beside("const jwtSecret = process.env.JWT || 'zx81-jwt-7'", ['zx81-jwt']),
  'a secret of JWT as an option': beside("const options = { secretOrKey: ['zx81-jwt-7', 'q7z9-jwt-8'] }", [
    'zx81-jwt',
    'q7z9-jwt',
  ]),
  'a password with brackets': beside("const db = { password: 'zx81(q7z9)k4' }", ['zx81', 'q7z9']),
  'a short password': beside("const db = { password: 'q9z8' }", ["'q9z8'"]),
  'a password that is given': beside("new (require('sequelize'))('shop', 'root', 'zx81-seq-7')", ['zx81-seq']),
  'a cipher': beside("crypto.createCipheriv('aes-256-cbc', 'zx81-cipher-7', iv)", ['zx81-cipher']),
  'a header': beside("fetch(url, { headers: { authorization: 'Bearer zx81q7z9k4w8p3v6' } })", ['zx81q7z9k4w8']),
  'a private key': beside(
    'const pem = `-----BEGIN PRIVATE KEY-----\nzx81MIIabcdef\nq7z9MIIabcdef\n-----END PRIVATE KEY-----`',
    ['zx81MII', 'q7z9MII'],
  ),
  'a random text without a name': beside("prepare('9f86d081884c7d659a2feaa0c55ad015')", ['9f86d081884c']),
  'the version of a package': {
    files: {
      'app.js': app('app.keys = [process.env.SECRET_KEY]'),
      'package.json':
        '{ "name": "shop", "dependencies": { "koa": "git+https://me:zx81-version@host/koa.git", "koa-session": "^6.4.0" } }',
    },
    hidden: ['zx81-version'],
  },
  'a script': {
    files: {
      'app.js': app('app.keys = [process.env.COOKIE]'),
      'package.json': manifest['package.json'].replace(
        'node app.js',
        'COOKIE=zx81-script-7 JWT_SECRET=q7z9-script node app.js',
      ),
    },
    hidden: ['zx81-script', 'q7z9-script'],
  },
  'a flag of a script': flagged('node app.js --session-secret zx81-flag-7 --apiKey=q7z9-flag'),
  'a flag in quotes': flagged(`node app.js --cookie-secret 'zx81-flag 7' --token=\\"q7z9-flag\\"`),
  'a flag behind PM2': flagged('pm2 start app.js -i 4 -- --secret zx81-flag-7 --password q7z9-flag'),
  'a variable that a script hands over': flagged(
    'docker run -e JWT_SECRET=zx81-flag-7 shop && node app.js --key q7z9-flag',
  ),
  'a flag of a list': beside('', ['zx81-flag', 'q7z9-flag'], {
    Dockerfile: 'FROM node:20\nCMD ["node", "app.js", "--session-secret", "zx81-flag-7", "--key=q7z9-flag"]\n',
  }),
  'a flag of an app of PM2': beside('', ['zx81-flag', 'q7z9-flag'], {
    'ecosystem.config.js':
      "module.exports = { apps: [{ script: 'app.js', args: '--secret zx81-flag-7', node_args: ['--token', 'q7z9-flag'], instances: 4 }] }\n",
  }),
  'a value of several lines in an env file': beside('', ['zx81-line', 'q7z9-line'], {
    '.env': 'BLOCK="zx81-line-one\nq7z9-line-two"\nSECRET_KEY=short\n',
  }),
  'a header that a proxy sets': beside('', ['zx81hd', 'q7z9-head', 'k4w8-head', 'p3v6-head'], {
    'nginx.conf':
      'server { listen 443 ssl; location / { set $token p3v6-head; if ($http_x_secret != "k4w8-head") { return 403; } proxy_set_header Authorization "Bearer zx81hd"; proxy_set_header X-Secret q7z9-head; proxy_pass http://127.0.0.1:3000; } }\n',
  }),
  'a comparison': beside(
    "app.use((ctx, next) => ctx.query.pw === 'zx81cmp' || 'q7z9cmp' == ctx.get('X-Api-Key') ? next() : 0)",
    ['zx81cmp', 'q7z9cmp'],
  ),
  'a case': beside("switch (password) { case 'zx81case': open() }", ['zx81case']),
  'a list that is asked': beside("if (['zx81list', 'q7z9list'].includes(token)) open()", ['zx81list', 'q7z9list']),
  'a list of users': beside("const logins = new Map([['ann', 'zx81user']]); const users = { bob: 'q7z9user' }", [
    'zx81user',
    'q7z9user',
  ]),
  'a comment that names a key': beside("open() // old key was zx81comment7, before that 'q7z9 comment'", [
    'zx81comment7',
    'q7z9 comment',
  ]),
  'a comment over several lines': beside('/* the password\n * is zx81comment7 */', ['zx81comment7']),
  'a comment of a settings file': beside('', ['zx81comment7'], {
    '.env': '# until May the key was zx81comment7\nSECRET_KEY=short\n',
  }),
  'a comment of Python': beside('', ['zx81comment7'], {
    'run.py': "from flask import Flask\napp = Flask(__name__)\n# the old key: zx81comment7\napp.secret_key = 'dev'\n",
  }),
  'a configuration in JSON': keyed("app.keys = require('./config.json').keys", ['zx81-json', 'q7z9-json'], {
    'config.json': '{ "keys": ["zx81-json-7", "q7z9-json-8"] }\n',
  }),
}

const places = [...formatNames, '--diff', '--update-baseline', 'the baseline', '--write --unsafe'] as const
type Outputs = Readonly<Record<(typeof places)[number], string>>

/** All that is printed and written of the app, in three runs. */
async function outputsOf(files: Files): Promise<Outputs> {
  const run = (words: readonly string[], root: string) => migrate(words, root, { audit })
  const said = ({ out, error }: Run) => out + error
  const folder = freshDirectory()
  const written = formatNames.flatMap((format) => ['--output', `${format}=${join(folder, format)}`])
  const root = directoryOf(files)
  const diff = said(await run(['--all', '--diff', ...written], root))
  const formats = Object.fromEntries(formatNames.map((format) => [format, readFileSync(join(folder, format), 'utf8')]))
  const updated = said(await run(['--all', '--quiet', '--color', '--update-baseline'], root))
  return {
    ...(formats as Record<(typeof formatNames)[number], string>),
    '--diff': diff,
    '--update-baseline': updated,
    'the baseline': readFileSync(join(root, '.koa-shared-session-baseline.json'), 'utf8'),
    '--write --unsafe': said(await run(['--write', '--unsafe', '--force'], directoryOf(files))),
  }
}

describe('a secret, whatever its shape', () => {
  for (const [name, { files, hidden }] of Object.entries(shapes))
    describe(name, () => {
      let outputs: Outputs
      before(async () => {
        outputs = await outputsOf(files)
      })

      for (const place of places)
        it(`is not in ${place}`, () => {
          for (const part of hidden) expect(outputs[place].includes(part), `${place} shows ${part}`).to.equal(false)
        })

      it('lets the report be one', () => {
        expect(outputs.text).to.include('CKE01')
      })
    })
})
