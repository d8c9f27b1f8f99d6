import { inspect } from 'node:util'
import { expect } from 'chai'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { redisStore } from '../../lib/stores/redis.js'
import { type RedisServer, type RedisServerOptions, startRedis } from '../servers/redis.js'
import { failureOf } from './failure-of.js'

const key = 'id-of-a-session'
const data = 'what-the-session-holds'
const password = 'open-sesame'
const secrets = [key, data, password]
const entry = () => ({ data, expires: Date.now() + 60_000 })

interface Trouble {
  server: RedisServerOptions
  says: RegExp
  user?: string
  secret?: string
  /** What the server can still do, though it refuses the rest. */
  reads?: boolean
}

const troubles: Record<string, Trouble> = {
  'a wrong password': { server: { password: 'another' }, secret: password, says: /^WRONGPASS/ },
  'no password where one is needed': { server: { password }, says: /^NOAUTH/ },
  'a command that the user may not run': {
    server: { users: [`user app on >${password} ~* +get +eval`] },
    user: 'app',
    secret: password,
    says: /^NOPERM/,
    reads: true,
  },
  'a key that the user may not use': {
    server: { users: [`user app on >${password} ~other:* +@all`] },
    user: 'app',
    secret: password,
    says: /^NOPERM/,
  },
  'a server without EVALSHA': {
    server: { args: ['--rename-command', 'EVALSHA', ''] },
    says: /^ERR unknown command/,
    reads: true,
  },
  'a full server': { server: { args: ['--maxmemory', '1000'] }, says: /^OOM/, reads: true },
  'a replica': { server: { args: ['--replicaof', '127.0.0.1', '9'] }, says: /^(READONLY|MASTERDOWN)/, reads: true },
}

describe('redisStore, what its errors tell', () => {
  for (const [what, trouble] of Object.entries(troubles)) {
    describe(`with ${what}`, () => {
      let server: RedisServer
      before(async () => {
        server = await startRedis(trouble.server)
      })
      after(() => server.stop())

      it('by its own client', async () => {
        const auth = trouble.secret ? `${trouble.user ?? ''}:${trouble.secret}@` : ''
        await prove(redisStore({ redis: `redis://${auth}${server.host}:${server.port}` }), trouble)
      })

      it('by an ioredis client', async () => {
        const { host, port } = server
        const login = trouble.secret ? { username: trouble.user ?? 'default', password: trouble.secret } : {}
        const client = new Redis({ host, port, ...login, maxRetriesPerRequest: 0, enableReadyCheck: false }).on(
          'error',
          () => {},
        )
        await prove(redisStore({ redis: client }), trouble).finally(() => client.disconnect())
      })
    })
  }

  it('says the reason with node-redis too, and no secret', async () => {
    const trouble: Trouble = {
      server: { args: ['--rename-command', 'EVALSHA', ''] },
      says: /^ERR unknown command ['`]EVALSHA['`]$/i,
    }
    const server = await startRedis(trouble.server)
    const client = await createClient({ url: server.url })
      .on('error', () => {})
      .connect()
    await prove(redisStore({ redis: client }), trouble)
    client.destroy()
    await server.stop()
  })

  it('says no secret when the connection is lost', async () => {
    const server = await startRedis({ password })
    const store = redisStore({ redis: server.url })
    await store.check()
    server.pause()
    const lost = [store.write(key, entry()), store.read(key)].map(failureOf)
    await new Promise((resolve) => setImmediate(resolve))
    await server.stop()
    for (const failure of await Promise.all([...lost, failureOf(store.read(key))])) expectNoSecret(failure)
    await store.close()
  })
})

async function prove(store: ReturnType<typeof redisStore>, { says, reads }: Trouble): Promise<void> {
  const failure = await failureOf(store.write(key, entry()))
  expect(failure.message).to.match(says)
  expect(failure.stack).to.contain(failure.message)
  expectNoSecret(failure)
  const read = store.read(key).catch((error: Error) => expectNoSecret(error))
  if (reads) expect(await read).to.equal(undefined)
  else await read
  await store.close()
}

function expectNoSecret(failure: Error): void {
  const shown = inspect(failure, { depth: Number.POSITIVE_INFINITY, showHidden: true }) + failure.stack
  for (const secret of secrets) expect(shown).not.to.contain(secret)
}
