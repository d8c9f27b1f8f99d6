import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { memoryStore, SessionError, type SharedSessionOptions, sharedSession } from 'koa-shared-session'
import { inEnvironment } from './environment.js'
import { LogBook, otherKey, type Routes, serve, strongKey } from './served-app.js'

const routes: Routes = {
  '/set': (ctx) => {
    ctx.session.user = 'ada'
    return 'set'
  },
  '/user': (ctx) => ctx.session.user ?? 'nobody',
}

const clean = {
  NODE_ENV: undefined,
  SECRET_KEY: undefined,
  SECRET_KEY_FALLBACKS: undefined,
  SESSION_STORE: undefined,
  SESSION_REDIS_URL: undefined,
  REDIS_URL: undefined,
}

function boot(variables: Record<string, string | undefined>, options: SharedSessionOptions = {}) {
  const log = new LogBook()
  const sessions = inEnvironment({ ...clean, ...variables }, () => sharedSession({ logger: log, ...options }))
  return { sessions, log }
}

function refusal(variables: Record<string, string | undefined>, options: SharedSessionOptions = {}): SessionError {
  try {
    boot(variables, options)
  } catch (error) {
    if (error instanceof SessionError) return error
    throw error
  }
  throw new Error('it started')
}

describe('Boot', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'boot-'))
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  describe('R19 S19 keys in production', () => {
    const production = { NODE_ENV: 'production' }
    it('none: stops, and names the variable and the line that makes one', () => {
      const error = refusal(production, { store: memoryStore() })
      expect(error.code).to.equal('SESSION_KEY_MISSING')
      expect(error.message)
        .to.include('SECRET_KEY')
        .and.to.match(/npx koa-shared-session secret/)
    })

    const wholeRing = (key: string) => ({
      SECRET_KEY: () => refusal({ ...production, SECRET_KEY: key }, { store: memoryStore() }),
      SECRET_KEY_FALLBACKS: () =>
        refusal({ ...production, SECRET_KEY: strongKey, SECRET_KEY_FALLBACKS: key }, { store: memoryStore() }),
      'options.keys': () => refusal(production, { store: memoryStore(), keys: key }),
      'an older one in options.keys': () => refusal(production, { store: memoryStore(), keys: [strongKey, key] }),
    })
    const weak = {
      dev: 'dev',
      'a README sample': 'some secret hurr',
      'the sample, written otherwise': 'Some-Secret_HURR',
      '20 characters': 'q8Zk1wTzF0s6nYbVx3uL',
      '64 equal characters': 'a'.repeat(64),
      'a repetition': 'q8Zk1wTz'.repeat(8),
      'a sequence': 'abcdefghijklmnopqrstuvwxyz0123456789',
      'a placeholder': 'please-change-me-in-production-0123456789',
    }
    for (const [name, key] of Object.entries(weak))
      for (const [where, start] of Object.entries(wholeRing(key)))
        it(`${name} as ${where}: stops, says what helps, and does not hold the key`, () => {
          const error = start()
          expect(error.code).to.equal('SESSION_KEY_WEAK')
          expect(error.message).to.match(/npx koa-shared-session secret/)
          if (key.length > 3) expect(error.message).not.to.include(key)
          if (/FALLBACKS|older/.test(where)) expect(error.message).to.include('older secret key number 1')
        })

    it('a strong key, in base64url, hex or decimal, starts', () => {
      const hex = '9f2c4e7a1b8d3f605c9e2a7b4d1f8e36'
      const decimal = '73920461588213097465120938475610'
      for (const key of [strongKey, otherKey, hex, decimal])
        boot({ ...production, SECRET_KEY: key }, { store: memoryStore() })
    })

    it('the sign of a foreign list is told apart: undefined, empty, a number', () => {
      for (const keys of [[undefined], [''], [], [42], '', 42, null])
        expect(() => boot({}, { store: memoryStore(), keys } as never), JSON.stringify(keys))
          .to.throw(/^options\.keys /)
          .with.property('code', 'SESSION_OPTION_INVALID')
    })
  })

  describe('keys in development', () => {
    it('a weak key warns, and does not stop', () => {
      const { log } = boot({ SECRET_KEY: 'dev' }, { store: memoryStore() })
      expect(log.at('warn')[0]).to.match(/publicly known.*Production will not start/)
    })

    it('none, and a directory that others can read: refused, and no line says that a key there is used', () => {
      chmodSync(directory, 0o755)
      const log = new LogBook()
      expect(() => boot({}, { store: memoryStore(), directory, logger: log }))
        .to.throw()
        .with.property('code', 'SESSION_DIRECTORY_UNSAFE')
      expect(log.at('warn')).to.deep.equal([])
    })

    it('none: made once, kept private in the session directory, the same for all processes', async () => {
      const first = boot({}, { store: memoryStore(), directory })
      expect(first.log.at('warn')[0]).to.include('SECRET_KEY is not set')
      const file = join(directory, 'development.key')
      expect(statSync(file).mode & 0o777).to.equal(0o600)
      const key = readFileSync(file, 'utf8')
      expect(key.trim()).to.have.length(43)
      boot({}, { store: memoryStore(), directory })
      expect(readFileSync(file, 'utf8')).to.equal(key)
    })

    const others: Record<string, (file: string) => void> = {
      'an empty file': (file) => writeFileSync(file, ''),
      'a short text': (file) => writeFileSync(file, 'short'),
      'a directory': (file) => mkdirSync(file),
      'a link to another file': (file) => {
        writeFileSync(`${file}.elsewhere`, strongKey)
        symlinkSync(`${file}.elsewhere`, file)
      },
    }
    for (const [what, put] of Object.entries(others))
      it(`S23 ${what} in the place of the development key stops the boot, with the way to mend it`, () => {
        const file = join(directory, 'development.key')
        mkdirSync(directory, { recursive: true, mode: 0o700 })
        rmSync(file, { recursive: true, force: true })
        put(file)
        expect(() => boot({}, { store: memoryStore(), directory }))
          .to.throw(new RegExp(`rm ${file}`))
          .with.property('code', 'SESSION_KEY_WEAK')
        rmSync(file, { recursive: true, force: true })
      })

    it('SECRET_KEY signs and SECRET_KEY_FALLBACKS verify', async () => {
      const store = memoryStore()
      const before = await inEnvironment({ ...clean, SECRET_KEY: otherKey }, () =>
        serve({ store, keys: undefined }, routes),
      )
      const ada = before.browser()
      await ada.get('/set')
      const after = await inEnvironment(
        { ...clean, SECRET_KEY: strongKey, SECRET_KEY_FALLBACKS: ` x${strongKey} , ${otherKey} ` },
        () => serve({ store, keys: undefined }, routes),
      )
      const same = after.browser()
      for (const [name, value] of ada.cookies) same.cookies.set(name, value)
      expect((await same.get('/user')).body).to.equal('ada')
      await before.close()
      await after.close()
    })
  })

  describe('which store, and why', () => {
    const redisAddress = 'redis://user:pass%40word@127.0.0.1:1/3'
    const rows: { variables: Record<string, string>; options?: SharedSessionOptions; backend: string; line: RegExp }[] =
      [
        { variables: {}, backend: 'cookie', line: /in signed cookies: mocha is running/ },
        {
          variables: { NODE_ENV: 'production' },
          backend: 'file',
          line: /in files under .*boot-.*: neither SESSION_STORE nor a Redis address is set/,
        },
        { variables: { SESSION_STORE: 'file' }, backend: 'file', line: /SESSION_STORE says so/ },
        {
          variables: { SESSION_STORE: 'cookie', REDIS_URL: redisAddress },
          backend: 'cookie',
          line: /SESSION_STORE says so/,
        },
        {
          variables: { REDIS_URL: redisAddress },
          backend: 'redis',
          line: /in Redis at redis:\/\/\*\*\*@127\.0\.0\.1:1\/3: REDIS_URL is set/,
        },
        {
          variables: { REDIS_URL: 'redis://other:1', SESSION_REDIS_URL: redisAddress },
          backend: 'redis',
          line: /SESSION_REDIS_URL is set/,
        },
        {
          variables: { REDIS_URL: 'redis://other:1' },
          options: { redis: redisAddress },
          backend: 'redis',
          line: /options\.redis is set/,
        },
        {
          variables: { REDIS_URL: redisAddress },
          options: { store: 'file' },
          backend: 'file',
          line: /options\.store says so/,
        },
        {
          variables: { REDIS_URL: redisAddress },
          options: { store: memoryStore() },
          backend: 'memory',
          line: /in the memory store: options\.store is a store/,
        },
        {
          variables: { SESSION_STORE: 'redis' },
          options: { redis: { host: '127.0.0.1', port: 1, password: 'hidden' } },
          backend: 'redis',
          line: /in Redis at 127\.0\.0\.1:1/,
        },
      ]
    for (const { variables, options, backend, line } of rows)
      it(`${JSON.stringify(variables)} and ${options ? Object.keys(options) : 'no options'}: ${backend}`, async () => {
        const { sessions, log } = boot({ SECRET_KEY: strongKey, ...variables }, { directory, ...options })
        expect(sessions.backend).to.equal(backend)
        expect(log.at('info')).to.have.length(1)
        expect(log.at('info')[0]).to.match(line)
        expect(JSON.stringify(log.lines)).not.to.match(/pass%40word|pass@word|hidden/)
        await sessions.close()
      })

    it('Redis without an address stops, rather than guess localhost', () => {
      expect(refusal({ SESSION_STORE: 'redis' }).message).to.match(/^SESSION_STORE is redis, and no address/)
    })
  })

  describe('bad values stop, and name where they came from', () => {
    const variables: [string, string, RegExp][] = [
      ['PERMANENT_SESSION_LIFETIME', '1d', /whole number of seconds/],
      ['PERMANENT_SESSION_LIFETIME', '-5', /whole number of seconds/],
      ['SESSION_ABSOLUTE_LIFETIME', '0', /from 1 to/],
      ['PERMANENT_SESSION_LIFETIME', '1000000000000', /from 1 to/],
      ['SESSION_STORE_TIMEOUT', '2147483648', /from 1 to 600000/],
      ['REDIS_URL', 'localhost:6379', /does not begin with redis/],
      ['SESSION_FILE_THRESHOLD', '1e3', /whole number of files/],
      ['SESSION_ROLLING', 'maybe', /true or false/],
      ['SESSION_PERMANENT', '2', /true or false/],
      ['SESSION_COOKIE_SECURE', 'auto', /true or false/],
      ['SESSION_COOKIE_SAMESITE', 'laxx', /'lax', 'strict', 'none'/],
      ['SESSION_COOKIE_HTTPONLY', 'false', /cannot be switched off: .*cross-site scripting/],
      ['SESSION_USE_SIGNER', '0', /cannot be switched off/],
      ['SESSION_STORE', 'memcached', /redis, file, cookie/],
      ['SESSION_STORE_TIMEOUT', 'soon', /whole number of milliseconds/],
      ['SESSION_COOKIE_NAME', 'a;b', /cookie name/],
      ['SESSION_COOKIE_PATH', 'relative', /begins with \//],
    ]
    for (const [name, value, message] of variables)
      it(`${name}=${value}`, () => {
        const error = refusal({ SECRET_KEY: strongKey, [name]: value })
        expect(error.code).to.equal('SESSION_OPTION_INVALID')
        expect(error.message)
          .to.match(message)
          .and.to.match(new RegExp(`^${name} `))
      })

    it('good ones are taken, whatever their case', async () => {
      const served = await inEnvironment(
        {
          ...clean,
          SECRET_KEY: strongKey,
          SESSION_COOKIE_NAME: 'sid',
          SESSION_COOKIE_SAMESITE: 'Strict',
          SESSION_PERMANENT: 'Yes',
          PERMANENT_SESSION_LIFETIME: '3600',
          SESSION_COOKIE_HTTPONLY: 'True',
        },
        () => serve({ keys: undefined }, routes),
      )
      expect((await served.browser().get('/set')).setCookies[0]).to.match(/^sid=.*SameSite=Strict; Max-Age=3600/)
      await served.close()
    })

    it('an empty variable is as none', () => {
      const { sessions } = boot({
        SECRET_KEY: strongKey,
        SESSION_STORE: '',
        REDIS_URL: ' ',
        PERMANENT_SESSION_LIFETIME: '',
      })
      expect(sessions.backend).to.equal('cookie')
    })

    it('unknown options are refused, with the name that was meant', () => {
      const rows: [object, RegExp][] = [
        [{ lifeTime: 5 }, /options\.lifeTime does not exist.*Did you mean lifetime/],
        [{ cookie: { samesite: 'lax' } }, /Did you mean cookie\.sameSite/],
        [{ key: 'koa.sess' }, /key' of koa-session is cookie: \{ name/],
        [{ renew: true }, /rolling: true/],
        [{ 'cookie.name': 'x' }, /does not exist/],
        [{ nonsense: 1 }, /These exist: keys, store/],
        [{ cookie: 'x' }, /options\.cookie must be an object/],
      ]
      for (const [options, message] of rows) expect(() => boot({}, options as never)).to.throw(message)
      expect(() => sharedSession({ use() {} } as never)).to.throw(/takes an object of options and got a Koa app/)
      const context = { req: {}, res: {}, app: {} }
      expect(() => sharedSession(context as never)).to.throw(
        /got the context of a request.*app\.use\(sharedSession\(\)\)/,
      )
      expect(() => sharedSession('redis://x' as never)).to.throw(/takes an object of options/)
    })

    it('a koa-session store is refused with the methods it lacks', () => {
      expect(() => boot({}, { store: { get() {}, set() {}, destroy() {} } } as never)).to.throw(
        /lacks the store methods read, write.*koa-session store; docs\/stores\.md shows the contract\. The app/,
      )
    })

    it('a store in memory that is asked for by a name is told how it is had', () => {
      expect(() => boot({}, { store: 'memory' } as never)).to.throw(/memoryStore\(\)/)
    })
  })

  it('an idle lifetime above the absolute one is pointed out', () => {
    const { log } = boot({ SECRET_KEY: strongKey, PERMANENT_SESSION_LIFETIME: '2678400' })
    expect(log.at('warn')[0]).to.match(
      /PERMANENT_SESSION_LIFETIME is 2678400 seconds, but every session ends 2592000 seconds/,
    )
  })
})
