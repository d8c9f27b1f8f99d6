import { expect } from 'chai'
import { collectCodeProcesses, collectCodeThreads } from '../../../lib/audit/collect/code-processes.js'
import { topologyOf } from '../../../lib/audit/topology-of.js'
import { scopeOfFiles } from '../memory-scope.js'
import { appOf, type Files, packageJson } from './small-app.js'

const processes = async (files: Parameters<typeof scopeOfFiles>[0]) =>
  collectCodeProcesses(await scopeOfFiles(files)).map(({ kind, count, variable, script, place }) => ({
    kind,
    count,
    variable,
    script,
    line: place.line,
  }))

const threads = async (text: string) =>
  collectCodeThreads(await scopeOfFiles(text)).map(({ count, inCode }) => ({ count, inCode }))

const inPrimary = (body: string) => `
const cluster = require('cluster')
const os = require('os')
if (cluster.isMaster) {
${body}
} else require('./app')
`
const cluster = (count: number | 'cpus' | null, variable?: string) => ({
  kind: 'cluster',
  count,
  variable,
  script: 'app.js',
  line: 5,
})

describe('the processes that code starts', () => {
  it('are none where the condition is switched off', async () => {
    const text = inPrimary('for (let i = 0; i < 4; i++) cluster.fork()')
    for (const off of ['cluster.isMaster && 0', 'false && cluster.isMaster', 'false'])
      expect(await processes(text.replace('if (cluster.isMaster)', `if (${off})`))).to.deep.equal([])
    const other = "const cluster = require('cluster')\nif (false) {} else { cluster.fork() }"
    expect(await processes(other)).to.have.length(1)
  })

  const loops: Readonly<Record<string, [number | 'cpus' | null, string?]>> = {
    'for (let i = 0; i < 4; i++) cluster.fork()': [4],
    'for (let i = 1; i <= 4; i++) { cluster.fork() }': [4],
    'for (let i = 4; i > 0; i--) cluster.fork()': [4],
    'for (let i = os.cpus().length; i > 0; i--) cluster.fork()': ['cpus'],
    'for (let i = 0, n = os.cpus().length; i < n; i += 1) cluster.fork()': ['cpus'],
    'for (var i = 0; i < require("os").cpus().length; ++i) cluster.fork()': ['cpus'],
    'os.cpus().forEach(() => cluster.fork())': ['cpus'],
    'for (const cpu of os.cpus()) cluster.fork()': ['cpus'],
    'for (let i = 0; i < os.availableParallelism(); i++) cluster.fork()': ['cpus'],
    'for (let i = 0; i < Math.max(1, os.cpus().length - 1); i++) cluster.fork()': ['cpus'],
    'for (let i = 0; i < Math.min(2, os.cpus().length); i++) cluster.fork()': [2],
    'for (let i = 0; i < Math.min(os.cpus().length, 6); i++) cluster.fork()': ['cpus'],
    'for (let i = 0; i < (process.env.WORKERS || 3); i++) cluster.fork()': [3, 'WORKERS'],
    'for (let i = 0; i < parseInt(process.env.WORKERS, 10); i++) cluster.fork()': [null, 'WORKERS'],
    'for (let i = 0; i < (process.env.WORKERS ?? os.cpus().length); i++) cluster.fork()': ['cpus', 'WORKERS'],
    'for (let i = 0; i < (process.env.NODE_ENV === "production" ? 8 : 1); i++) cluster.fork()': [8],
    'for (let i = 0; i < (isWorker ? 1 : isWeb ? some.config : 2); i++) cluster.fork()': [null],
    'let n = 3; if (busy()) n = 1; for (let i = 0; i < n; i++) cluster.fork()': [null],
    'for (let i = 0; i < load(); i++) cluster.fork()': [null],
    'Array.from({ length: 5 }).forEach(() => cluster.fork())': [5],
    'new Array(5).fill(0).forEach(() => cluster.fork())': [5],
    '[...Array(5)].map(() => cluster.fork())': [5],
    'let n = 6; while (n--) cluster.fork()': [6],
    'function start() { return cluster.fork() }; for (let i = 0; i < 4; i++) start()': [4],
    'const start = () => cluster.fork(); for (let i = 0; i < 4; i++) start()': [4],
  }
  for (const [text, [count, variable]] of Object.entries(loops))
    it(text, async () => expect(await processes(inPrimary(text))).to.deep.equal([cluster(count, variable)]))

  it('counts forks without a loop', async () => {
    expect(await processes(inPrimary('cluster.fork(); cluster.fork()'))).to.deep.equal([cluster(2)])
  })

  it('does not count the fork that replaces a worker', async () => {
    const body = 'for (let i = 0; i < 4; i++) cluster.fork()\ncluster.on("exit", () => { cluster.fork() })'
    expect(await processes(inPrimary(body))).to.deep.equal([cluster(4)])
  })

  it('counts both branches of a loop once', async () => {
    const body = 'for (let i = 0; i < 4; i++) { if (i) cluster.fork(); else cluster.fork({ FIRST: 1 }) }'
    expect(await processes(inPrimary(body))).to.deep.equal([cluster(4)])
  })

  it('follows imports and constants of another file', async () => {
    const files = {
      'app.ts': `import cluster, { fork } from 'node:cluster'\nimport { workers } from './config'\nfor (let i = 0; i < workers; i++) fork()`,
      'config.ts': `import process from 'node:process'\nexport const workers = Number(process.env.CORES ?? 2)`,
    }
    expect(await processes(files)).to.deep.equal([
      { kind: 'cluster', count: 2, variable: 'CORES', script: 'app.ts', line: 3 },
    ])
  })

  it('does not take fork of child_process, of git, or a comment for workers', async () => {
    const text = `
const { fork } = require('child_process')
const cluster = {}
fork('./sync.js')
github.fork()
// cluster.fork()
`
    expect(await processes(text)).to.deep.equal([])
  })

  const packages: Readonly<Record<string, [number | 'cpus' | null, string?]>> = {
    'require("throng")({ worker: start, count: 3 })': [3],
    'require("throng")(start)': ['cpus'],
    'require("throng")({ worker: start, count: process.env.WEB_CONCURRENCY })': ['cpus', 'WEB_CONCURRENCY'],
    'require("throng")({ workers: process.env.WEB_CONCURRENCY || 2 }, start)': [2, 'WEB_CONCURRENCY'],
    'require("cfork")({ exec: "./app.js", count: 2 })': [2],
    'require("cfork")({ exec: "./app.js" })': ['cpus'],
    'require("recluster")("./app.js", { workers: 2 }).run()': [2],
    'require("egg").startCluster({ baseDir: __dirname, workers: 2 })': [2],
    'require("egg").startCluster({ baseDir: __dirname })': ['cpus'],
    'require("sticky-session").listen(server, 3000, { workers: 2 })': [2],
  }
  for (const [text, [count, variable]] of Object.entries(packages))
    it(text, async () => expect(await processes(`\n\n\n\n${text}`)).to.deep.equal([cluster(count, variable)]))

  it('reads pm2.start()', async () => {
    const text = `require('pm2').start({ script: './server.js', instances: 'max', exec_mode: 'cluster' })`
    expect(await processes(text)).to.deep.equal([
      { kind: 'pm2', count: 'cpus', variable: undefined, script: 'server.js', line: 1 },
    ])
  })
})

describe('the threads that code starts', () => {
  it('reads worker_threads', async () => {
    expect(await threads(`const { Worker } = require('worker_threads')\nnew Worker('./sync.js')`)).to.deep.equal([
      { count: 1, inCode: false },
    ])
  })

  it('cannot count the threads of a pool made by hand', async () => {
    const text = `import { Worker } from 'node:worker_threads'\nexport const grow = () => pool.push(new Worker('./sync.js'))`
    expect(await threads(text)).to.deep.equal([{ count: null, inCode: false }])
  })

  it('takes no browser worker for a thread', async () => {
    expect(await threads(`new Worker('/sw.js')`)).to.deep.equal([])
  })

  it('reads Piscina', async () => {
    expect(await threads(`const Piscina = require('piscina')\nnew Piscina({ maxThreads: 3 })`)).to.deep.equal([
      { count: 3, inCode: false },
    ])
  })

  it('reads the size of the thread pool where code sets it, not where code asks for it', async () => {
    expect(await threads(`process.env.UV_THREADPOOL_SIZE = 16`)).to.deep.equal([{ count: 16, inCode: true }])
    expect(await threads(`process.env['UV_THREADPOOL_SIZE'] = require('os').cpus().length`)).to.deep.equal([
      { count: 'cpus', inCode: true },
    ])
    expect(await threads(`if (process.env.UV_THREADPOOL_SIZE >= 10) fast()`)).to.deep.equal([])
  })
})

describe('the workers of Egg', () => {
  const egg = (scripts: Readonly<Record<string, string>>): Files => ({
    'package.json': packageJson({ egg: '^2.0.0' }, { scripts }),
    'config/config.default.js': "module.exports = () => ({ keys: 'abc' })\n",
    'app/router.js': 'module.exports = (app) => {}\n',
  })
  const now = async (files: Files) =>
    topologyOf(await appOf(files), { workers: undefined, hosts: undefined, store: undefined }).now

  it('are one per core where no file starts it', async () => {
    expect(await now(egg({}))).to.deep.include({ kind: 'cluster', count: 'cpus' })
    expect(await now(egg({ dev: 'egg-bin dev' }))).to.deep.include({ kind: 'cluster', count: 'cpus' })
  })

  it('are what a file says where one starts it', async () => {
    expect(await now(egg({ start: 'egg-scripts start --workers=2' }))).to.deep.include({ kind: 'cluster', count: 2 })
  })
})
