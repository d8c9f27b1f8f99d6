import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { Redis } from 'ioredis'
import { diagnose } from '../../cli/doctor-run.js'
import { eventually, freePort, freshDirectory, type ServerProcess, spawnServer } from '../../servers/process.js'
import { audit, layOutShop, production, recipe, replaced } from './shop.js'

const password = /^requirepass (.*)$/m.exec(recipe('redis.conf'))?.[1] ?? ''

describe('the configuration of Redis in docs/deploy.md', function () {
  this.timeout(60_000)
  let server: ServerProcess | undefined
  afterEach(() => server?.stop())

  /** Starts a server with the file, in a directory that it leaves behind. */
  const start = async (directory: string) => {
    const file = join(directory, 'redis.conf')
    writeFileSync(file, replaced(recipe('redis.conf'), { '/var/lib/redis': directory }))
    const port = await freePort()
    server = spawnServer([file, '--port', String(port)], directory)
    const url = `redis://:${password}@127.0.0.1:${port}`
    const client = new Redis(url, { retryStrategy: () => 20 })
    client.on('error', () => {})
    await eventually('it serves', () => client.ping())
    return { url, client }
  }

  it('is one that the audit finds nothing in', () => expect(audit(['redis.conf'])).to.deep.equal([]))

  it('is one that doctor finds nothing in, and sees all of', async () => {
    const { url, client } = await start(freshDirectory())
    client.disconnect()
    const { code, ids, app, out } = await diagnose(layOutShop(), [], { ...production(), REDIS_URL: url })
    expect(ids, out).to.deep.equal([])
    expect(code).to.equal(0)
    expect(app.live?.redis).to.deep.include({
      state: 'serves',
      password: true,
      evictionPolicy: 'noeviction',
      memoryLimit: 512 * 1024 * 1024,
    })
    expect(app.live?.redis?.persistence).to.include({ log: true })
    expect(app.notLooked.map(({ what }) => what).filter((what) => what.startsWith('Redis'))).to.deep.equal([])
  })

  it('keeps what it has when it is killed a second later', async () => {
    const directory = freshDirectory()
    const { client } = await start(directory)
    await client.set('session:one', 'kept')
    await eventually('it is on the disk', async () => {
      const info = await client.info('persistence')
      return /aof_pending_bio_fsync:0/.test(info) && existsSync(join(directory, 'appendonlydir'))
    })
    client.disconnect()
    process.kill(server?.pid ?? 0, 'SIGKILL')
    await eventually('it is gone', async () => !server?.alive())
    const again = await start(directory)
    expect(await again.client.get('session:one')).to.equal('kept')
    again.client.disconnect()
  })
})
