import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { hasRoomForAudit } from '../../lib/cli/serve/audit-line.js'
import { nobodyLives, type ServeOptions, type Serving, startServe } from '../cluster/serving.js'
import { freePort, freshDirectory } from '../servers/process.js'
import { cli } from './run.js'

const strong = 'kx3nQ8vWm2LrT7yBz5HcJ9dFg4PsA6uE1oRi0aVbXwY'

describe('serve, before anything starts', () => {
  let directory: string
  before(() => {
    directory = freshDirectory()
    writeFileSync(join(directory, 'server.js'), 'throw new Error("started")')
    writeFileSync(join(directory, 'server-two.ts'), '')
    mkdirSync(join(directory, 'empty'))
    mkdirSync(join(directory, 'open'), { mode: 0o755 })
    writeFileSync(join(directory, 'alive.pid'), `${process.pid}\n`)
  })
  const run = (words: string[], env: Record<string, string> = {}) =>
    cli(['serve', ...words], { cwd: directory, env: { SESSION_FILE_DIR: join(directory, 'sessions'), ...env } })

  const refused: [string, string[], Record<string, string>, RegExp][] = [
    ['no app', [], {}, /serve needs the file of an app/],
    ['two apps', ['server.js', 'other.js'], {}, /takes one file.*after --/],
    ['an app that is not there', ['sever.js'], {}, /no file .*sever\.js to serve\. Did you mean server\.js\?/],
    ['an empty directory', ['empty'], {}, /empty is a directory.*name the file that starts the server\.\n$/],
    ['TypeScript without a loader', ['server-two.ts'], {}, /is TypeScript.*--import tsx/],
    [
      'an option that does not exist',
      ['server.js', '--wokers', '2'],
      {},
      /no option --wokers\. Did you mean --workers\?/,
    ],
    ['an option without its value', ['server.js', '--port'], {}, /--port needs a value: --port <n>/],
    ['a value for an option that takes none', ['server.js', '--wait-ready=yes'], {}, /--wait-ready takes no value/],
    ['half a worker', ['server.js', '--workers', '1.5'], {}, /--workers is "1\.5"; it must be a whole number/],
    ['minus one worker', ['server.js', '--workers=-1'], {}, /--workers is "-1"/],
    ['KOA_SESSION_WORKERS of words', ['server.js'], { KOA_SESSION_WORKERS: 'many' }, /KOA_SESSION_WORKERS is "many"/],
    ['WEB_CONCURRENCY of words', ['server.js'], { WEB_CONCURRENCY: '4x' }, /WEB_CONCURRENCY is "4x"/],
    ['no threads', ['server.js', '--threads', '0'], {}, /--threads is "0".*from 1 to 1024/],
    ['too many threads', ['server.js'], { UV_THREADPOOL_SIZE: '2000' }, /UV_THREADPOOL_SIZE is "2000"/],
    ['a port that is none', ['server.js', '--port', '70000'], {}, /--port is "70000".*from 0 to 65535/],
    ['a time of words', ['server.js', '--boot-timeout', 'soon'], {}, /--boot-timeout is "soon".*seconds/],
    [
      'a time of words in the environment',
      ['server.js'],
      { KOA_SESSION_GRACEFUL_TIMEOUT: '-1' },
      /KOA_SESSION_GRACEFUL_TIMEOUT is "-1"/,
    ],
    ['a size of words', ['server.js'], { KOA_SESSION_WORKER_MB: 'big' }, /KOA_SESSION_WORKER_MB is "big"/],
    ['a header that is none', ['server.js', '--worker-header=X Worker'], {}, /--worker-header is "X Worker"/],
    [
      'a header of the environment that is none',
      ['server.js'],
      { KOA_SESSION_WORKER_HEADER: 'a:b' },
      /KOA_SESSION_WORKER_HEADER is "a:b"/,
    ],
    ['another log', ['server.js', '--log', 'xml'], {}, /--log is "xml"; it must be text or json/],
    ['a store that does not exist', ['server.js'], { SESSION_STORE: 'mongo' }, /SESSION_STORE must be one of/],
    ['Redis without an address', ['server.js'], { SESSION_STORE: 'redis' }, /no address says where Redis is/],
    ['an address that is none', ['server.js'], { REDIS_URL: 'http://x' }, /REDIS_URL cannot be used/],
    ['a directory that others can read', ['server.js'], { SESSION_FILE_DIR: 'open' }, /open to other users.*chmod 700/],
    [
      'production without a key',
      ['server.js'],
      { NODE_ENV: 'production' },
      /SECRET_KEY is not set[\s\S]*koa-shared-session secret[\s\S]*--own-sessions/,
    ],
    [
      'production with a weak key',
      ['server.js'],
      { NODE_ENV: 'production', SECRET_KEY: 'keyboard cat' },
      /publicly known[\s\S]*koa-shared-session secret/,
    ],
    [
      'a pid file of another that runs',
      ['server.js', '--pid-file', 'alive.pid'],
      {},
      /alive\.pid names process \d+, which runs/,
    ],
    ['a pid file nowhere', ['server.js', '--pid-file', 'nowhere/pid'], {}, /cannot be written \(ENOENT\)/],
    ['--import without workers', ['server.js', '-w', '0', '--import', 'tsx'], {}, /--import is for workers/],
  ]
  for (const [what, words, env, says] of refused)
    it(`refuses ${what}, with 2`, () => {
      const { code, err } = run(words, env)
      expect(err)
        .to.match(says)
        .and.not.match(/\n\s+at |started/)
      expect(code).to.equal(2)
      if (env.SECRET_KEY) expect(err).not.to.include(env.SECRET_KEY)
    })

  it('says in its help all that it takes, and what to try', () => {
    const { code, out } = run(['--help'])
    expect(code).to.equal(0)
    expect(out)
      .to.match(/--workers <n\|auto\|max>/)
      .and.match(/Examples\n {2}koa-shared-session serve server\.js/)
    expect(Math.max(...out.split('\n').map(({ length }) => length))).to.be.at.most(120)
  })
})

describe('serve, for those who read along', () => {
  let started: Serving | undefined
  const start = async (options: ServeOptions) => {
    started = await startServe(options)
    return started
  }
  afterEach(() => started?.kill())

  it('logs lines of JSON, each with time, level, event and message', async () => {
    const serving = await start({ flags: ['-w', '1', '--log', 'json'], env: { SECRET_KEY: strong } })
    await serving.says(/"event":"all-ready"/)
    expect(await serving.stop()).to.equal(0)
    const lines = serving.output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    for (const line of lines) expect(line).to.include.all.keys('time', 'level', 'event', 'message')
    expect(lines.map(({ event }) => event)).to.deep.equal([
      'workers',
      'sessions',
      'worker-started',
      'worker-ready',
      'all-ready',
      'stopping',
      'worker-draining',
      'worker-ended',
      'stopped',
    ])
    expect(lines.find(({ event }) => event === 'all-ready')).to.deep.include({
      count: 1,
      addresses: [`http://127.0.0.1:${serving.port}`],
    })
    expect(lines.at(-1)).to.include({ code: 0 })
    expect(serving.output).not.to.include(strong)
  })

  it('writes its number into the pid file, and takes it away at the end', async () => {
    const file = join(freshDirectory(), 'pid')
    const serving = await start({ flags: ['-w', '1', '--pid-file', file] })
    await serving.says(/Listening/)
    expect(Number(readFileSync(file, 'utf8'))).to.equal(serving.pid)
    await serving.stop()
    expect(() => readFileSync(file)).to.throw(/ENOENT/)
    await nobodyLives(serving.workers)
  })

  it('gives each worker its threads: 8 for files, or what was asked for', async () => {
    for (const [flags, env, threads] of [
      [[], {}, '8'],
      [['--threads', '3'], { UV_THREADPOOL_SIZE: '5' }, '3'],
      [[], { UV_THREADPOOL_SIZE: '5' }, '5'],
      [['--own-sessions'], {}, ''],
    ] as const) {
      const serving = await start({ flags: ['-w', '1', ...flags], env })
      await serving.says(/Listening/)
      expect((await serving.get('/env?name=UV_THREADPOOL_SIZE')).body).to.equal(threads)
      await serving.stop()
    }
  })

  it('names the worker in a header of every answer when told so', async () => {
    for (const [flags, env, header, name] of [
      [[], {}, 'x-worker', null],
      [['--worker-header'], {}, 'x-worker', '1'],
      [['--worker-header=Served-By'], {}, 'served-by', '1'],
      [[], { KOA_SESSION_WORKER_HEADER: 'X-Place' }, 'x-place', '1'],
    ] as const) {
      const serving = await start({ flags: ['-w', '1', ...flags], env })
      await serving.says(/Listening/)
      // Koa takes the headers of what it answers with an error away.
      for (const path of ['/', '/refused']) {
        const { headers } = await fetch(`http://127.0.0.1:${serving.port}${path}`)
        expect(headers.get(header), path).to.equal(name)
      }
      await serving.stop()
    }
  })

  it('leaves keys and store to an app that has its own', async () => {
    const serving = await start({ flags: ['-w', '1', '--own-sessions'] })
    await serving.says(/Listening/)
    expect(serving.output).not.to.match(/serve: sessions/)
    expect((await serving.get('/env?name=SECRET_KEY')).body).to.equal('')
    await serving.stop()
  })
})

describe('serve --port', () => {
  const directory = freshDirectory()
  const listening = async (where: string, flag: string) => {
    writeFileSync(join(directory, 'server.js'), `require('node:http').createServer().listen(${where})`)
    const serving = await startServe({ app: 'server.js', cwd: directory, flags: ['-w', '1', '--port', flag] })
    await serving.says(/Listening on/)
    expect(await serving.stop()).to.equal(0)
    return serving.output
  }

  it('says when the app listens elsewhere', async () => {
    expect(await listening('0', '4567')).to.match(/--port 4567 sets PORT, and the app listens elsewhere/)
  })

  it('says nothing when it does as it is told', async () => {
    const port = String(await freePort())
    expect(await listening('process.env.PORT', port))
      .to.include(`:${port} with`)
      .and.not.include('elsewhere')
    expect(await listening('process.env.PORT', '0')).not.to.include('elsewhere')
  })
})

describe('serve in production', () => {
  const env = { NODE_ENV: 'production', SECRET_KEY: strong }
  let started: Serving | undefined
  afterEach(() => started?.kill())

  it('says in a line when migrate finds errors in the app, and serves all the same', async () => {
    const directory = freshDirectory()
    writeFileSync(join(directory, 'package.json'), '{ "dependencies": { "koa": "3", "koa-session": "7" } }')
    writeFileSync(
      join(directory, 'server.js'),
      `if (false) {
        const Koa = require('koa'), session = require('koa-session')
        const app = new Koa()
        app.keys = ['keyboard cat']
        app.use(session({ store: new Map() }, app))
        app.listen(3000)
      }
      require('node:http').createServer((_request, response) => response.end('served')).listen(process.env.PORT)`,
    )
    started = await startServe({ app: 'server.js', cwd: directory, env, flags: ['-w', '1'] })
    await started.says(/migrate finds \d+ errors? in this app: npx koa-shared-session migrate explains/)
    expect((await started.get('/')).body).to.equal('served')
    expect(await started.stop()).to.equal(0)
  })

  it('takes as many workers as CPUs and memory allow, or what a variable says', async () => {
    started = await startServe({ env })
    await started.says(/serve: \d+ workers? \(cpu \d+, memory \d+ MB at 200 MB each for \d+\)/)
    await started.says(/Listening/)
    await started.stop()
    started = await startServe({ env: { ...env, WEB_CONCURRENCY: '1', KOA_SESSION_WORKERS: '3' } })
    await started.says(/serve: 3 workers \(KOA_SESSION_WORKERS says so\)/)
  })
})

describe('Room for the audit', () => {
  it('is what the workers leave of the memory', () => {
    expect(hasRoomForAudit(1_280 * 1024 ** 2, 4, 256)).to.equal(true)
    expect(hasRoomForAudit(1_279 * 1024 ** 2, 4, 256)).to.equal(false)
  })
})
