import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { audit } from '../../lib/audit/audit.js'
import type { Report } from '../../lib/audit/report.js'
import type { Files } from '../audit/made-up-app.js'
import { committed, directoryOf, migrate } from './migrate-world.js'

const source = `const Koa = require('koa')
const app = new Koa()
app.keys = ['a-key-of-this-app-17']
app.use(require('koa-session')({ httpOnly: false }, app))
app.use((ctx) => { ctx.session.n = 1 })
app.listen(3000)
`
const app: Files = {
  'package.json':
    '{ "name": "shop", "dependencies": { "koa": "^2.15.0", "koa-session": "^6.4.0" }, "scripts": { "start": "node app.js" } }',
  'app.js': source,
}

const nested = (open: string, close: string, times: number, inside = '1') =>
  open.repeat(times) + inside + close.repeat(times)

/** Each list holds ten times the one before: ten to the power of twelve values, in half a kilobyte. */
const bomb = Array.from({ length: 12 }, (_, n) => {
  const item = n === 0 ? 'x' : `*a${n - 1}`
  return `a${n}: &a${n} [${Array.from({ length: 10 }, () => item).join(', ')}]\n`
}).join('')

const loads = (name: string) => `require('./${name}')\n${source}`

interface Case {
  readonly files: Readonly<Record<string, string | Buffer>>
  /** What the report says was not looked at. */
  readonly note?: RegExp
  /** The app itself cannot be read: then nothing is found in it. */
  readonly blind?: true
}

const cases: Readonly<Record<string, Case>> = {
  'aliases of YAML within aliases': {
    files: { 'docker-compose.yml': `${bomb}services:\n  app:\n    build: .\n` },
    note: /docker-compose\.yml: YAML: aliases stand for more than 10000 values/,
  },
  'an alias of YAML inside itself': {
    files: { 'k8s.yaml': 'apiVersion: v1\nkind: &a\n  b: *a\n' },
    note: /k8s\.yaml: YAML: /,
  },
  'YAML nested deeply': {
    files: { 'docker-compose.yml': `a: ${nested('[', ']', 10_000)}\n` },
    note: /docker-compose\.yml: YAML: /,
  },
  'YAML of many services': {
    files: {
      'docker-compose.yml': `services:\n${Array.from({ length: 5000 }, (_, n) => `  s${n}: { image: a }\n`).join('')}`,
    },
  },
  'JSON nested deeply': {
    files: { 'process.json': nested('{"a":', '}', 20_000) },
    note: /process\.json: JSON: it is nested too deeply/,
  },
  'a package.json nested deeply': {
    files: { 'package.json': `${app['package.json']?.slice(0, -1)}, "x": ${nested('[', ']', 50_000)} }` },
    note: /package\.json: JSON: it is nested too deeply/,
  },
  'a configuration nested deeply': {
    files: {
      'config.json': nested('[', ']', 20_000),
      'app.js': loads('config.json').replace("['a-key-of-this-app-17']", "require('./config.json').keys"),
    },
    note: /config\.json: no parser could read it/,
  },
  'lists of JavaScript nested deeply': {
    files: {
      'deep.js': `module.exports = ${nested('[', ']', 10_000)}\nsession()\n`,
      'app.js': `const m = require('./deep').keys\n${source}`,
    },
  },
  'brackets nested deeply': { files: { 'deep.js': `session(${nested('(', ')', 10_000)})\n`, 'app.js': loads('deep') } },
  'conditions nested deeply': {
    files: {
      'deep.js': `const koa = require('koa')\n${nested('if (a) {', '}', 10_000, 'session()')}\n`,
      'app.js': loads('deep'),
    },
    note: /deep\.js: no parser could read it/,
  },
  'a sum without an end': {
    files: {
      'app.js': source.replace("'a-key-of-this-app-17'", Array.from({ length: 3000 }, () => "'ab'").join(' + ')),
    },
  },
  'a chain of calls without an end': { files: { 'app.js': `${source}x${'.y()'.repeat(5000)}\n` } },
  'an app nested deeply': {
    files: { 'app.js': source.replace('{ httpOnly: false }', nested('{ a: ', ' }', 5000)) },
    note: /app\.js: no parser could read it/,
    blind: true,
  },
  'a missing brace': {
    files: { 'app.js': `${source}function broken( {\n` },
    note: /app\.js: its syntax is broken, so only a part of it was understood/,
  },
  'marks of a conflict': {
    files: { 'app.js': `${source}<<<<<<< HEAD\nconst a = 1\n=======\nconst a = 2\n>>>>>>> other\n` },
    note: /app\.js: its syntax is broken/,
  },
  'TypeScript that is broken': {
    files: { 'app.js': loads('part'), 'part.ts': "import session from 'koa-session'\nclass { ((\n" },
    note: /part\.ts: no parser could read it/,
  },
  'a binary with the name of a script': {
    files: { 'bin.js': Buffer.from(Array.from({ length: 9000 }, (_, n) => (n * 7) % 256)), 'app.js': loads('bin') },
    note: /bin\.js: it is not text/,
  },
  'a byte of nothing in the app': { files: { 'app.js': `${source}\0` }, note: /app\.js: it is not text/, blind: true },
  'a file of six megabytes': {
    files: { 'big.js': 'session()\n'.repeat(600_000), 'app.js': loads('big') },
    note: /big\.js: it is larger than 1 MB/,
  },
  'one long line': { files: { 'app.js': source.replaceAll('\n', ';') + 'x=1;'.repeat(20_000) } },
  'a byte order mark before #!': { files: { 'app.js': `\uFEFF#!/usr/bin/env node\n${source}` } },
  'line ends of Windows': { files: { 'app.js': source.replaceAll('\n', '\r\n') } },
  'line ends of old': { files: { 'app.js': source.replaceAll('\n', '\r') } },
  'bytes that are no UTF-8': {
    files: { 'app.js': Buffer.concat([Buffer.from(`${source}//`), Buffer.from([0xff, 0xc3, 0x28])]) },
  },
  'a package.json that is a list': { files: { 'package.json': '["koa"]' } },
  'a package.json that is empty': { files: { 'package.json': '' } },
  'a package.json that ends early': { files: { 'package.json': '{ "name": ' }, note: /package\.json: JSON/ },
  'names of every object': {
    files: {
      'package.json':
        '{ "dependencies": { "koa": "2", "__proto__": "1", "constructor": "2" }, "scripts": { "__proto__": "node app.js", "constructor": "node app.js", "toString": "x" } }',
      '.env': '__proto__=1\nconstructor=2\n',
    },
  },
  'a command of many words': { files: { Procfile: `web: ${'env '.repeat(20_000)}node app.js\n` } },
  'texts that are costly to search': {
    files: {
      '.env': `A=${'://a:'.repeat(10_000)}\nB=${'secret'.repeat(10_000)}\nC=${'"'.repeat(10_000)}\nD=${'password='.repeat(9000)}\n`,
    },
  },
  'blocks of nginx nested deeply': { files: { 'nginx.conf': nested('http {', '}', 20_000, '') } },
  'Python nested deeply': { files: { 'run.py': `SECRET_KEY = ${nested('(', ')', 20_000, "'x'")}\n` } },
  'files that load each other': {
    files: {
      'a.js': "module.exports = require('./b').x || require('./c')",
      'b.js': "exports.x = require('./a')",
      'c.js': "module.exports = { ...require('./a'), ...require('./b') }",
      'app.js': source.replace("['a-key-of-this-app-17']", "require('./a').keys"),
    },
    note: /the secret key/,
  },
}

const notesOf = ({ apps, notLooked }: Report) =>
  [...notLooked, ...apps.flatMap((one) => one.notLooked)].map(({ what, why }) => `${what}: ${why}`).join('\n')

async function reportOf(root: string): Promise<Report> {
  const { out, code } = await migrate(['--format', 'json', '--fail-on', 'never'], root, { audit })
  expect(code).to.equal(0)
  return JSON.parse(out) as Report
}

const idsIn = ({ apps }: Report) => apps.flatMap(({ findings }) => findings.map(({ id }) => id))

describe('bad input', () => {
  for (const [name, { files, note, blind }] of Object.entries(cases))
    it(`${name}: a note at most, and the rest is audited`, async () => {
      const report = await reportOf(directoryOf({ ...app, ...files }))
      if (note) expect(notesOf(report)).to.match(note)
      if (!blind) expect(idsIn(report)).to.include('CKE01')
      expect(report.apps).to.have.length(1)
    })

  it('links in circles, pipes, and directories with the names of files are left alone', async () => {
    const root = directoryOf({ ...app, 'sub/x.js': '' })
    symlinkSync('..', join(root, 'sub/loop'))
    symlinkSync('self.js', join(root, 'self.js'))
    symlinkSync('gone.js', join(root, 'gone-too.js'))
    symlinkSync('/etc/passwd', join(root, 'out.js'))
    for (const folder of ['dir.js', '.env.production', 'Dockerfile', 'docker-compose.yml'])
      mkdirSync(join(root, folder))
    execFileSync(
      'mkfifo',
      ['pipe.js', '.env', '.gitignore', 'koa-shared-session.config.json'].map((name) => join(root, name)),
    )
    const report = await reportOf(root)
    expect(idsIn(report)).to.include('CKE01')
    expect(notesOf(report)).to.equal('')
  })

  it('a pipe or directory in place of the app, of its package.json and of the baseline', async () => {
    const pipe = directoryOf({ 'package.json': app['package.json'] ?? '' })
    execFileSync('mkfifo', [join(pipe, 'app.js')])
    expect((await migrate([], pipe, { audit })).code).to.equal(4)
    const noPackage = directoryOf({ 'app.js': source })
    execFileSync('mkfifo', [join(noPackage, 'package.json')])
    expect(idsIn(await reportOf(noPackage))).to.include('CKE01')
    const baseline = directoryOf(app)
    mkdirSync(join(baseline, '.koa-shared-session-baseline.json'))
    const { code, error } = await migrate([], baseline, { audit })
    expect([code, error]).to.deep.equal([2, 'The baseline ".koa-shared-session-baseline.json" is no file.'])
  })
})

describe('settings that .gitignore names', () => {
  const files = {
    ...app,
    'app.js': source.replace("['a-key-of-this-app-17']", "require('config').get('keys')"),
    '.gitignore': 'config/default.json\n',
    'config/default.json': '{ "keys": ["a-key-of-this-app-17"] }',
  }
  const secretsOf = async (root: string) =>
    (await reportOf(root)).apps.flatMap(({ secret }) => secret.map(({ kind }) => kind))

  it('are read where there is no checkout that tells whether they were committed', async () => {
    expect(await secretsOf(directoryOf(files))).to.deep.equal(['config-file'])
    expect(await secretsOf(committed(directoryOf(files)))).to.deep.equal(['unknown'])
  })
})

describe('--diff', () => {
  it('says what it leaves out since it would show a secret, and that something is left to do', async () => {
    const root = directoryOf({ ...app, 'app.js': source.replace('{ httpOnly: false }', '') })
    const { out, error, code } = await migrate(['--diff', '--only', 'SEC02'], root, { audit })
    expect(out).to.equal('')
    expect(error).to.match(/^Left out of the patch: changes of app\.js\. .*would show a secret/)
    expect(code).to.equal(1)
  })

  it('says nothing where nothing is left out', async () => {
    const root = directoryOf({ ...app, 'app.js': source.replace('app.keys', '//') })
    expect((await migrate(['--diff', '--only', 'CKE01'], root, { audit })).error).to.equal('')
  })
})
