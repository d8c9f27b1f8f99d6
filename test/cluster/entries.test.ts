import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { projectRoot } from '../project.js'
import { eventually, freePort, freshDirectory } from '../servers/process.js'
import { type ServeOptions, type Serving, startServe } from './serving.js'

const esm = `
import { createServer } from 'node:http'
import { isMain } from './other.mjs'
createServer((_request, response) => response.end(JSON.stringify({ isMain, argv: process.argv.slice(1), extra: globalThis.extra })))
  .listen(process.env.PORT, process.env.HOST)
`
const cjs = `
const { createServer } = require('node:http')
createServer((_request, response) => response.end(JSON.stringify({ isMain: require.main === module, argv: process.argv.slice(1), extra: globalThis.extra })))
  .listen(process.env.PORT, process.env.HOST)
`
const ts = `
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
enum Answer { yes = 'yes' }
const answer = (_request: IncomingMessage, response: ServerResponse): void => { response.end(JSON.stringify(Answer.yes)) }
createServer(answer).listen(Number(process.env.PORT), process.env.HOST)
`
// What a package such as tsx does, in short.
const loader = `
import { register } from 'node:module'
register('data:text/javascript,' + encodeURIComponent(\`
  import { readFileSync } from 'node:fs'
  import { fileURLToPath } from 'node:url'
  import { transformSync } from '${new URL(`file://${join(projectRoot, 'node_modules/esbuild/lib/main.js')}`)}'
  export async function load(url, context, next) {
    if (!url.endsWith('.ts')) return next(url, context)
    const { code } = transformSync(readFileSync(fileURLToPath(url), 'utf8'), { loader: 'ts', format: 'esm' })
    return { format: 'module', source: code, shortCircuit: true }
  }
\`))
`
// The app forks a program, and starts a thread: neither is a worker of serve.
const forks = `
const { fork } = require('node:child_process')
const { Worker, isMainThread } = require('node:worker_threads')
if (process.argv[2] === 'child') {
  process.send({ env: process.env.KOA_SESSION_SERVE ?? null, connected: process.connected })
  process.disconnect()
} else if (isMainThread) {
  const { createServer } = require('node:http')
  createServer((_request, response) => {
    fork(__filename, ['child']).once('message', (child) => {
      new Worker(__filename).once('message', (thread) => response.end(JSON.stringify({ child, thread })))
    })
  }).listen(process.env.PORT, process.env.HOST)
} else require('node:worker_threads').parentPort.postMessage('fine')
`
const forksItself = `
const cluster = require('node:cluster')
if (cluster.isPrimary) for (let n = 0; n < 2; n += 1) cluster.fork()
else
  require('node:http')
    .createServer((_request, response) => response.end(JSON.stringify({ isPrimary: cluster.isPrimary })))
    .listen(process.env.PORT, process.env.HOST)
`

describe('serve runs', () => {
  let directory: string
  let serving: Serving | undefined
  before(() => {
    directory = join(freshDirectory(), 'apps')
    mkdirSync(join(directory, 'package'), { recursive: true })
    const files = {
      'esm.mjs': esm,
      'other.mjs': "export const isMain = 'module'",
      'cjs.cjs': cjs,
      'plain.ts': ts,
      'loader.mjs': loader,
      'extra.cjs': "globalThis.extra = 'loaded'",
      'forks.cjs': forks,
      'forks-itself.cjs': forksItself,
      'package/package.json': '{ "main": "start.cjs" }',
      'package/start.cjs': cjs,
    }
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
  })
  afterEach(() => serving?.kill())

  async function answerOf(app: string, { flags = [], env = {} }: ServeOptions = {}): Promise<Record<string, unknown>> {
    const port = await freePort()
    const place = ['--port', String(port), '--host', '127.0.0.1']
    serving = await startServe({
      app,
      cwd: directory,
      flags: ['-w', '2', ...place, ...flags],
      env: { ...env, PORT: String(port) },
    })
    await serving.says(/Listening on .* with 2 workers/)
    return JSON.parse((await serving.get('/')).body)
  }

  it('an ES module, with arguments of its own', async () => {
    expect(await answerOf('esm.mjs', { flags: ['--', '--verbose', 'x'] })).to.deep.equal({
      isMain: 'module',
      argv: [join(directory, 'esm.mjs'), '--verbose', 'x'],
    })
  })

  it('CommonJS, where require.main is the app', async () => {
    expect(await answerOf('cjs')).to.deep.equal({ isMain: true, argv: [join(directory, 'cjs.cjs')] })
  })

  it('what the package.json of a directory calls main', async () => {
    expect(await answerOf('package')).to.deep.equal({ isMain: true, argv: [join(directory, 'package/start.cjs')] })
  })

  it('modules before the app, with --require and --import', async () => {
    expect(await answerOf('cjs.cjs', { flags: ['--require', './extra.cjs'] })).to.include({ extra: 'loaded' })
    serving?.kill()
    expect(await answerOf('cjs.cjs', { flags: ['--import', './extra.cjs'] })).to.include({
      extra: 'loaded',
      isMain: true,
    })
  })

  it('TypeScript, with a loader', async () => {
    expect(await answerOf('plain.ts', { flags: ['--import', './loader.mjs'] })).to.equal('yes')
  })

  it('nothing of its own in processes and threads that the app starts', async () => {
    expect(await answerOf('forks.cjs')).to.deep.equal({ child: { env: null, connected: true }, thread: 'fine' })
  })

  it('an app that would start workers itself: it sees that it is one', async () => {
    expect(await answerOf('forks-itself.cjs')).to.deep.equal({ isPrimary: false })
  })

  it('without workers in this process, for a debugger: --workers 0', async () => {
    const port = await freePort()
    serving = await startServe({
      app: 'cjs.cjs',
      cwd: directory,
      flags: ['--workers', '0'],
      env: { PORT: String(port), HOST: '127.0.0.1' },
    })
    await serving.says(/0 workers/)
    const served = serving
    const { body } = await eventually('the app answers', () => served.get('/'))
    expect(JSON.parse(body)).to.deep.equal({ isMain: true, argv: [join(directory, 'cjs.cjs')] })
    expect(serving.workers).to.deep.equal([])
    expect(await serving.stop('SIGTERM')).to.equal('SIGTERM')
  })
})
