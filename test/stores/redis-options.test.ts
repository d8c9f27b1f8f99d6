import { expect } from 'chai'
import { createClient } from 'redis'
import { optionsOfAddress } from '../../lib/stores/redis/address.js'
import { redisStore } from '../../lib/stores/redis.js'

describe('redisStore, its options', () => {
  const addresses: Record<string, object> = {
    'redis://host': { host: 'host', port: 6379 },
    'redis://host:7000/3': { host: 'host', port: 7000, db: 3 },
    'rediss://host': { host: 'host', port: 6379, tls: {} },
    'REDIS://[::1]:7000': { host: '::1', port: 7000 },
    'redis://:p%40ss@host': { host: 'host', port: 6379, password: 'p@ss' },
    'redis://user:p%25%3A%2F@host/0': { host: 'host', port: 6379, username: 'user', password: 'p%:/', db: 0 },
    'redis://host?db=2&family=6': { host: 'host', port: 6379, db: 2, family: 6 },
    '/run/redis.sock': { path: '/run/redis.sock' },
    '/run/my%20redis.sock?db=1': { path: '/run/my redis.sock', db: 1 },
    'unix:///run/redis.sock?db=1': { path: '/run/redis.sock', db: 1 },
    'unix://user:pass@/run/redis.sock': { path: '/run/redis.sock', username: 'user', password: 'pass' },
  }
  for (const [address, options] of Object.entries(addresses)) {
    it(`reads ${address}`, () => expect(optionsOfAddress(address)).to.deep.equal(options))
  }

  const wrong: Record<string, [redis: unknown, says: RegExp]> = {
    'an empty address': ['', /is not an address/],
    words: ['open-sesame at home', /is not an address/],
    'a host and a port alone': ['localhost:6379', /does not begin with redis:\/\//],
    'another protocol': ['http://user:open-sesame@host', /does not begin with redis:\/\//],
    'an address without a host': ['redis:///1', /names no host/],
    'a database that is no number': ['redis://:open-sesame@host/one', /database that is not a number/],
    'a parameter nobody knows': ['redis://:open-sesame@host?bd=1', /parameter "bd"/],
    'a password with a bare %': ['redis://:open-sesame%@host', /hexadecimal/],
    'a socket path that lost its first slash': ['unix://run/redis.sock?x=open-sesame', /first \/ included/],
    'no socket': ['unix://', /names no socket|is not an address/],
    nothing: [undefined, /is undefined/],
    null: [null, /is null/],
    'a number': [6379, /is a number/],
    'a list': [[{ host: 'open-sesame' }], /is a list/],
    'a function': [() => {}, /is a function/],
    'options without a server': [{ password: 'open-sesame' }, /names no server/],
    'node-redis options': [{ url: 'redis://:open-sesame@host' }, /give the address itself/],
    'a map': [new Map(), /no client/],
    'Sentinel without a name': [{ sentinels: [{ host: '127.0.0.1' }] }, /name of master/],
    'half a client': [
      new (class {
        readonly status = 'ready'
        get() {}
      })(),
      /no client/,
    ],
    'a node-redis client that answers by callback': [createClient().legacy(), /no client/],
    'a node-redis 3 client': [callbackClient(), /no client/],
  }
  for (const [what, [redis, says]] of Object.entries(wrong)) {
    it(`refuses ${what} at once, with what would do, and shows none of it`, () => {
      const build = () => redisStore({ redis: redis as string })
      expect(build).to.throw(says).with.property('code', 'SESSION_OPTION_INVALID')
      expect(build).to.throw().with.property('stack').that.does.not.contain('open-sesame')
    })
  }

  it('refuses a prefix that is not a string', () => {
    const build = () => redisStore({ redis: 'redis://127.0.0.1:1', prefix: 7 as unknown as string })
    expect(build)
      .to.throw(/"prefix" is not a string/)
      .with.property('code', 'SESSION_OPTION_INVALID')
  })

  it('says so when a client that looks right answers by callback', async () => {
    const silent = () => undefined
    const members = { get: silent, evalsha: silent, eval: silent, unlink: silent, ping: silent }
    const redis = Object.assign(Object.create({}), { status: 'ready', ...members })
    const failure = await redisStore({ redis })
      .read('one')
      .catch((error: unknown) => error)
    expect(failure).to.have.property('code', 'SESSION_OPTION_INVALID')
  })
})

function callbackClient(): object {
  const call = () => true
  const members = { internal_send_command: call, get: call, evalsha: call, eval: call, unlink: call, ping: call }
  return Object.assign(Object.create({}), members, { status: 'ready' })
}
