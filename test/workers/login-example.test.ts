import { expect } from 'chai'
import { eventually, freePort, freshDirectory } from '../servers/process.js'
import { startRedis } from '../servers/redis.js'
import { type Example, startExample, Visitor } from './example.js'

describe('the login example', () => {
  let example: Example | undefined
  const start = async (env: Record<string, string> = {}) => {
    example = startExample({ SESSION_FILE_DIR: `${freshDirectory()}/sessions`, PORT: '0', ...env })
    return { example, visitor: new Visitor(await example.address()) }
  }
  afterEach(() => example?.kill())

  it('logs in, counts over all workers, and logs out', async () => {
    const { visitor } = await start()
    const workers = new Set<string>()
    expect((await visitor.get('/')).user).to.equal(undefined)
    await visitor.post('/login', { name: 'Ada' })
    for (let click = 1; click <= 12; click += 1) {
      await visitor.post('/count')
      const page = await visitor.get('/')
      expect(page).to.include({ user: 'Ada', clicks: click })
      workers.add(page.pid)
    }
    expect(workers.size).to.be.above(1)
    await visitor.post('/logout')
    expect((await visitor.get('/')).user).to.equal(undefined)
  })

  it('gives a new id at login, so that the old cookie never sees it', async () => {
    const { visitor } = await start()
    await visitor.post('/login', { name: 'Ada' })
    const before = visitor.cookie
    await visitor.post('/login', { name: 'Grace' })
    expect(visitor.cookie).not.to.equal(before)
    visitor.cookie = before
    expect((await visitor.get('/')).user).not.to.equal('Grace')
  })

  it('shows a name as text, whatever is in it', async () => {
    const { visitor } = await start()
    await visitor.post('/login', { name: '<b>"Bob" & co</b>' })
    expect((await visitor.get('/')).user).to.equal('&lt;b&gt;&quot;Bob&quot; &amp; co&lt;/b&gt;')
  })

  it('refuses a login without a name, and a form without end', async () => {
    const { visitor } = await start()
    expect(await visitor.post('/login', { name: ' ' })).to.equal(400)
    expect(await visitor.post('/login', { name: 'x'.repeat(20_000) })).to.equal(413)
  })

  it('says once where sessions are, and once that the key is a makeshift', async () => {
    const { example } = await start()
    expect(example.output().match(/sessions in files under/g)).to.have.length(1)
    expect(example.output().match(/SECRET_KEY is not set/g)).to.have.length(1)
    expect(example.output().match(/http:/g)).to.have.length(1)
  })

  it('uses Redis when REDIS_URL is set', async () => {
    const redis = await startRedis()
    try {
      const { example, visitor } = await start({ REDIS_URL: redis.url })
      await visitor.post('/login', { name: 'Ada' })
      expect((await visitor.get('/')).user).to.equal('Ada')
      expect(example.output()).to.match(/sessions in Redis at/)
      const client = redis.client()
      // Where processes meet is no session.
      expect((await client.keys('*')).filter((key) => !key.includes('fleet:'))).to.have.length(1)
      client.disconnect()
    } finally {
      example?.kill()
      await redis.stop()
    }
  })

  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    it(`ends with 0 on ${signal}, and leaves no worker behind`, async () => {
      const { example, visitor } = await start()
      const workers = new Set<number>()
      while (workers.size < 4) workers.add(Number((await visitor.get('/')).pid))
      expect(await example.end(signal)).to.equal(0)
      expect([...workers].filter(isAlive)).to.deep.equal([])
    })

  it('starts another worker where one crashed', async () => {
    const { example, visitor } = await start()
    const workers = new Set<string>()
    while (workers.size < 4) workers.add((await visitor.get('/')).pid)
    process.kill(Number([...workers][0]), 'SIGKILL')
    // Before the primary knows, it may hand a connection to the dead.
    await eventually('the primary knows', async () => /killed from outside/.test(example.output()))
    while (workers.size < 5) workers.add((await visitor.get('/')).pid)
  })

  it('says once which port is taken, and ends with 3', async () => {
    const { example } = await start()
    const port = String(new URL(await example.address()).port)
    const second = startExample({ SESSION_FILE_DIR: `${freshDirectory()}/sessions`, PORT: port })
    expect(await second.ended()).to.equal(3)
    expect(second.output().match(new RegExp(`port ${port} is taken`, 'g'))).to.have.length(1)
  })

  it('says once why production does not start without a key, and ends with 2', async () => {
    example = startExample({ NODE_ENV: 'production', PORT: String(await freePort()) })
    expect(await example.ended()).to.equal(2)
    expect(example.output().match(/SECRET_KEY is not set/g)).to.have.length(1)
  })

  it('refuses a PORT that is none, and says so once', async () => {
    example = startExample({ SESSION_FILE_DIR: `${freshDirectory()}/sessions`, PORT: 'http' })
    expect(await example.ended()).to.equal(3)
    expect(example.output().match(/PORT is no port number: http/g)).to.have.length(1)
  })
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
