import { chmodSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import { limits } from '../../lib/cli/doctor/limits.js'
import { fileStore } from '../../lib/stores/file.js'
import { jsonFaults } from '../report/json-schema.js'
import { freePort, freshDirectory } from '../servers/process.js'
import { type RedisServer, startRedis } from '../servers/redis.js'
import { diagnose, longestRun, ourApp, strongKey } from './doctor-run.js'
import { directoryOf } from './migrate-world.js'
import { cli } from './run.js'

const production = { NODE_ENV: 'production', SECRET_KEY: strongKey }

describe('doctor', function () {
  this.timeout(60_000)
  const shop = directoryOf(ourApp)

  describe('Redis', () => {
    const servers: RedisServer[] = []
    const start = async (options: Parameters<typeof startRedis>[0] = {}) => {
      const server = await startRedis(options)
      servers.push(server)
      return server
    }
    after(async () => {
      for (const server of servers) await server.stop()
    })

    it('that is well: who, what, how', async () => {
      const { url } = await start({ password: 'pa55word-of-redis', args: ['--appendonly', 'yes'] })
      const { code, ids, app, out } = await diagnose(shop, [], { ...production, REDIS_URL: url })
      expect(ids, out).to.deep.equal([])
      expect(code).to.equal(0)
      expect(jsonFaults(JSON.parse(out))).to.deep.equal([])
      expect(app.live?.redis).to.deep.include({
        state: 'serves',
        user: 'default',
        tls: false,
        local: true,
        password: true,
        evictionPolicy: 'noeviction',
        memoryLimit: 0,
        persistence: { snapshots: false, log: true },
        clockDifference: 0,
      })
      expect(app.live?.redis?.latency).to.be.above(0)
      expect(app.live?.redis?.version).to.match(/^\d+\.\d+/)
      expect(app.live?.configuration).to.deep.include({ backend: 'redis', cookieName: '__Host-session' })
      expect(out).not.to.include('pa55word').and.not.to.include(strongKey)
    })

    it('with allkeys-lru', async () => {
      const { url } = await start({ args: ['--maxmemory', '64mb', '--maxmemory-policy', 'allkeys-lru'] })
      const { code, ids, app } = await diagnose(shop, [], { ...production, REDIS_URL: url })
      expect(ids).to.deep.equal(['DOC09', 'DOC10'])
      expect(app.findings[0]).to.include({ severity: 'error' })
      expect(code).to.equal(1)
    })

    it('with a wrong password, which is not shown', async () => {
      const { port } = await start({ password: 'right' })
      const env = { ...production, REDIS_URL: `redis://:wr0ng-pa55word@127.0.0.1:${port}` }
      for (const format of ['json', 'text', 'md', 'html', 'sarif', 'github']) {
        const { code, out, err } = cli(['doctor', shop, '--format', format], { env })
        expect(code, err).to.equal(1)
        expect(out).to.include('WRONGPASS').and.not.to.include('wr0ng-pa55word')
      }
      expect((await diagnose(shop, [], env)).ids).to.deep.equal(['DOC07'])
    })

    it('without the password that it wants', async () => {
      const { port } = await start({ password: 'right' })
      const { ids } = await diagnose(shop, [], { ...production, REDIS_URL: `redis://127.0.0.1:${port}` })
      expect(ids).to.deep.equal(['DOC07'])
    })

    it('with too few rights: which', async () => {
      const { port } = await start({ users: ['user app on >secret ~session:* +get +ping +acl|whoami'] })
      const { ids, app } = await diagnose(shop, [], {
        ...production,
        REDIS_URL: `redis://app:secret@127.0.0.1:${port}`,
      })
      expect(ids).to.deep.equal(['DOC08'])
      expect(app.findings[0]?.why).to.match(/NOPERM.*'eval/)
      expect(app.live?.redis).to.include({ user: 'app', evictionPolicy: null })
      expect(app.notLooked.map(({ what }) => what)).to.include('Redis: version, memory and eviction')
    })

    it('that leaves nothing behind', async () => {
      const server = await start()
      await diagnose(shop, [], { ...production, REDIS_URL: server.url })
      const client = server.client()
      expect(await client.dbsize()).to.equal(0)
      client.disconnect()
    })

    it('that is stopped: in time', async () => {
      const server = await start({ password: 'right' })
      server.pause()
      const { ids, took, app } = await diagnose(shop, [], { ...production, REDIS_URL: server.url })
      server.resume()
      expect(ids).to.deep.equal(['DOC06'])
      expect(app.live?.redis).to.include({ state: 'silent' })
      expect(app.verdict).to.include({ sessions: 'breaks', visibility: 0 })
      expect(took).to.be.below(longestRun)
    })

    it('that answers, and takes too long for everything: in time', async () => {
      const slow = createServer((socket) => {
        socket.on('error', () => {})
        socket.on('data', () => setTimeout(() => socket.write('+PONG\r\n'), limits.redisAnswer * 0.4))
      })
      await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve))
      const REDIS_URL = `redis://127.0.0.1:${(slow.address() as AddressInfo).port}`
      const { ids, took, app } = await diagnose(shop, [], { ...production, REDIS_URL })
      slow.close()
      expect(ids).to.deep.equal(['DOC06'])
      expect(app.live?.redis).to.include({ state: 'silent' })
      expect(app.live?.redis?.said).to.include(`within ${limits.redis} ms`)
      expect(took).to.be.below(longestRun)
    })

    it('that is not there', async () => {
      const { ids, app } = await diagnose(shop, [], {
        ...production,
        REDIS_URL: `redis://127.0.0.1:${await freePort()}`,
      })
      expect(ids).to.deep.equal(['DOC06'])
      expect(app.findings[0]?.why).to.include('ECONNREFUSED')
    })
  })

  describe('the session directory', () => {
    const env = (directory: string) => ({ ...production, SESSION_FILE_DIR: directory })
    const place = (mode = 0o700) => {
      const directory = join(freshDirectory(), 'sessions')
      mkdirSync(directory)
      chmodSync(directory, mode)
      return directory
    }
    /** Where tests run, the temporary directory may be in memory. */
    const withoutFileSystem = (ids: readonly string[]) => ids.filter((id) => id !== 'DOC18')

    it('that is private: how many sessions, how many of them expired', async () => {
      const directory = place()
      const store = fileStore({ directory })
      for (const key of ['a', 'b', 'c']) await store.write(key, { data: '{}', expires: Date.now() + 60_000 })
      await store.close()
      const [shard = ''] = readdirSync(directory)
      const [file = ''] = readdirSync(join(directory, shard))
      utimesSync(join(directory, shard, file), new Date(), new Date(Date.now() - 1_000))
      const { ids, app, out } = await diagnose(shop, [], env(directory))
      expect(withoutFileSystem(ids), out).to.deep.equal([])
      expect(app.live?.directory).to.deep.include({ state: 'private', sessions: 2, expired: 1, countedAll: true })
      expect(readdirSync(directory).filter((name) => name.startsWith('probe'))).to.deep.equal([])
    })

    it('that is open to all (0777)', async () => {
      const { ids, app } = await diagnose(shop, [], env(place(0o777)))
      expect(withoutFileSystem(ids)).to.deep.equal(['DOC15'])
      expect(app.findings[0]?.why).to.include('mode 0777')
    })

    it('in whose place a symbolic link is', async () => {
      const link = join(freshDirectory(), 'link')
      symlinkSync(place(), link)
      const { ids, app } = await diagnose(shop, [], env(link))
      expect(withoutFileSystem(ids)).to.deep.equal(['DOC15'])
      expect(app.findings[0]?.why).to.include('symbolic link')
    })

    it('in whose place a file is', async () => {
      const file = join(freshDirectory(), 'file')
      writeFileSync(file, '')
      expect(withoutFileSystem((await diagnose(shop, [], env(file))).ids)).to.deep.equal(['DOC15'])
    })

    it('that is not there: it is not made', async () => {
      const directory = join(freshDirectory(), 'sessions')
      const { ids, app } = await diagnose(shop, [], env(directory))
      expect(withoutFileSystem(ids)).to.deep.equal([])
      expect(app.live?.directory).to.include({ state: 'absent' })
      expect(readdirSync(join(directory, '..'))).to.deep.equal([])
    })

    it('is that of the app by its name, where none is set', async () => {
      const { app } = await diagnose(shop, [], { ...production, TMPDIR: freshDirectory() })
      expect(app.live?.directory?.path).to.match(/\/shop_sessions$/)
    })
  })

  describe('the environment', () => {
    const SESSION_FILE_DIR = join(freshDirectory(), 'sessions')

    it('with a weak key, in the file that was handed over', async () => {
      const directory = directoryOf({ ...ourApp, '.env': 'NODE_ENV=production\nSECRET_KEY=hunter2-hunter2\n' })
      const { code, ids, app, out } = await diagnose(directory, ['--settings', `${directory}/.env`], {
        SESSION_FILE_DIR,
      })
      expect(ids).to.include('DOC03')
      expect(app.findings[0]?.locations[0]).to.include({ file: '.env', line: 2 })
      expect(code).to.equal(1)
      expect(out).not.to.include('hunter2-hunter2')
    })

    it('with a weak older key', async () => {
      const env = { ...production, SESSION_FILE_DIR, SECRET_KEY_FALLBACKS: `${strongKey}x,changeme` }
      const { app } = await diagnose(shop, [], env)
      expect(app.live?.configuration.keys.map(({ variable, weakness }) => [variable, weakness === null])).to.deep.equal(
        [
          ['SECRET_KEY', true],
          ['SECRET_KEY_FALLBACKS', true],
          ['SECRET_KEY_FALLBACKS', false],
        ],
      )
    })

    it('without a key', async () => {
      expect((await diagnose(shop, [], { NODE_ENV: 'production', SESSION_FILE_DIR })).ids).to.include('DOC02')
    })

    it('with the key in the variable that the code takes it from', async () => {
      const directory = directoryOf({
        ...ourApp,
        'app.js':
          "import Koa from 'koa'\nimport { sharedSession } from 'koa-shared-session'\nconst app = new Koa()\napp.keys = [process.env.SHOP_KEY]\napp.use(sharedSession({ keys: app.keys }))\napp.listen(3000)\n",
      })
      const env = { NODE_ENV: 'production', SESSION_FILE_DIR }
      const given = await diagnose(directory, [], { ...env, SHOP_KEY: strongKey })
      expect(given.ids).to.not.include('DOC02')
      expect(given.app.live?.configuration.keys.map(({ variable }) => variable)).to.deep.equal(['SHOP_KEY'])
      const { ids, app } = await diagnose(directory, [], { ...env, SECRET_KEY: strongKey })
      expect(ids).to.include('DOC02')
      expect(app.findings.find(({ id }) => id === 'DOC02')?.title).to.equal('SHOP_KEY is not set')
    })

    it('with a value that stops the app', async () => {
      const { ids, app } = await diagnose(shop, [], { ...production, PERMANENT_SESSION_LIFETIME: '1 day' })
      expect(ids).to.deep.equal(['DOC01'])
      expect(app.findings[0]?.why).to.include('PERMANENT_SESSION_LIFETIME')
    })

    it('with an address that is none', async () => {
      const { ids, out } = await diagnose(shop, [], { ...production, REDIS_URL: 'http://user:pa55word-x@host' })
      expect(ids).to.deep.equal(['DOC01'])
      expect(out).not.to.include('pa55word-x')
    })

    it('that is not handed over: says so', async () => {
      const directory = directoryOf({ ...ourApp, '.env': 'SECRET_KEY=hunter2\n' })
      const { ids, app } = await diagnose(directory, [], { SESSION_FILE_DIR })
      expect(ids).to.include('DOC04')
      expect(app.notLooked.map(({ what }) => what)).to.include('.env')
    })

    it('of an app with another library: its key, and that the rest was not looked at', async () => {
      const directory = directoryOf({
        'package.json': '{"name":"shop","dependencies":{"koa":"^3.0.0","koa-session":"^7.0.0"}}',
        'app.js':
          "const Koa = require('koa')\nconst app = new Koa()\napp.keys = [process.env.SHOP_KEY]\napp.use(require('koa-session')(app))\napp.listen(3000)\n",
      })
      const { ids, app } = await diagnose(directory, [], { NODE_ENV: 'production', SHOP_KEY: 'hunter2' })
      expect(ids).to.deep.equal(['DOC03'])
      expect(app.notLooked.map(({ what }) => what)).to.include('key, store and cookie of the app')
    })
  })
})
