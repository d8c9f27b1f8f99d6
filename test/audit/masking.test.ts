import { expect } from 'chai'
import fc from 'fast-check'
import { commentSecrets } from '../../lib/audit/comment-secrets.js'
import { Mask, shownSecret } from '../../lib/audit/masking.js'
import { namesSecret } from '../../lib/audit/secret-names.js'
import { secretValues } from '../../lib/audit/secret-values.js'
import { appOf, koaApp } from './collect/small-app.js'
import { noFacts, placeOf, secretFact, variableFact } from './made-up-app.js'

const secret = 'a9Xk2-very.long_secret+value/44'
const mask = new Mask([secret, 'kurz', 'server', 'line one of it\nline two of it', 'with "quotes" and \'marks\''])
const place = placeOf({ a: 'x' }, 'a', 'x')

describe('a masked text', () => {
  const shown = shownSecret(secret)

  it('tells how a secret begins, how long it is, and a part of its digest', () => {
    expect(shown).to.match(/^'a9…' \(31 chars, sha256 [0-9a-f]{4}…\)$/)
    expect(shownSecret('kurz')).to.match(/^'…' \(4 chars, sha256 [0-9a-f]{4}…\)$/)
  })

  const cases: Record<string, { text: string; gone: string; kept?: string }> = {
    'a literal, its quotes included': { text: `app.keys = ['${secret}']`, gone: secret, kept: `app.keys = [${shown}]` },
    'a part of a sentence': { text: `It is ${secret}.`, gone: secret, kept: `It is ${shown}.` },
    'a part of a word': { text: `x${secret}x`, gone: secret },
    'base64, as Kubernetes has it': {
      text: `k: ${Buffer.from(secret).toString('base64')}`,
      gone: Buffer.from(secret).toString('base64').slice(0, 20),
    },
    'base64 with the line end of echo': {
      text: `k: ${Buffer.from(`${secret}\n`).toString('base64')}`,
      gone: Buffer.from(secret).toString('base64').slice(0, 20),
    },
    'an address': {
      text: `redis://:${encodeURIComponent(secret)}@host`,
      gone: encodeURIComponent(secret),
      kept: '@host',
    },
    JSON: { text: JSON.stringify({ k: 'with "quotes" and \'marks\'' }), gone: 'quotes' },
    'source with escapes': { text: `'with "quotes" and \\'marks\\''`, gone: 'marks' },
    'several lines': { text: 'k: |\n  line one of it\n  line two of it\n', gone: 'line two' },
    'a short one between quotes': { text: "keys: ['kurz']", gone: 'kurz' },
    'a short one after an equals sign': { text: 'KEY=kurz', gone: 'kurz' },
    'a short one after a flag': { text: 'run --secret kurz', gone: 'kurz' },
    'a short one in a list of YAML': { text: 'keys:\n  - kurz\n', gone: 'kurz' },
    'a word as a value': { text: "app.keys = ['server']", gone: "'server'" },
    'a password that no fact knows': {
      text: 'url = "redis://user:p4ssw0rd@host:6379"',
      gone: 'p4ssw0rd',
      kept: 'redis://user:',
    },
    'a password of a command': { text: 'redis-server --requirepass hunter2hunter', gone: 'hunter2hunter' },
    'a password for curl': {
      text: 'app.listen(1) // curl -u admin:Pl4nted99 http://x',
      gone: 'Pl4nted99',
      kept: 'admin:',
    },
    'a password for curl among other flags': { text: 'curl -sSu "admin:Pl4nted99" --fail http://x', gone: 'Pl4nted99' },
    'a literal with a telling name': { text: "const apiKey = 'q1w2e3r4t5y6'", gone: 'q1w2e3r4t5y6' },
    'a private key': { text: '-----BEGIN PRIVATE KEY-----\nMIIabcdef\n-----END PRIVATE KEY-----', gone: 'MIIabcdef' },
    'a token by its form': { text: `t: ghp_${'a1B2'.repeat(9)}`, gone: 'a1B2a1B2' },
  }
  for (const [name, { text, gone, kept }] of Object.entries(cases))
    it(`hides ${name}`, () => {
      const result = mask.text(text)
      expect(result).not.to.include(gone)
      if (kept) expect(result).to.include(kept)
      expect(mask.isClean(text)).to.equal(false)
    })

  const untouched: Record<string, string> = {
    'a published key': "app.keys = ['some secret hurr', 'dev']",
    'a word of a sentence that is also a key': 'The server listens; a kurz note about the server.',
    'a path with such a word': 'see src/server/app.js',
    'code that names a secret': "const secret = process.env.SECRET_KEY; token: 'process.env.X_TOKEN'",
    'an address without a password': 'redis://localhost:6379/0',
    'an address with a reference': `redis://:\${REDIS_PASSWORD}@redis:6379`,
    'a placeholder': "secret: '<your secret here>'",
    'what is masked already': `key ${shown}`,
  }
  for (const [name, text] of Object.entries(untouched))
    it(`leaves alone ${name}`, () => {
      expect(mask.text(text)).to.equal(text)
    })

  it('hides what only holds the words of a placeholder', () => {
    for (const own of ['changeme-8f3a9c2b71d04e', 'A1<b2>C3d4-e5', 'xxx4f9a01bc77d2'])
      expect(new Mask([own]).text(`k = '${own}'`), own).not.to.include(own)
    for (const known of ['change-me-in-production', '<your secret>', 'please change this', 'xxxxxxxx'])
      expect(new Mask([known]).text(`k = '${known}'`)).to.include(known)
  })

  const writings: Record<string, (secret: string) => string> = {
    JSON: (own) => JSON.stringify({ key: own }),
    'single quotes': (own) => `'${JSON.stringify(own).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`,
    'an env file': (own) => `SECRET_KEY=${own}`,
    'a sentence': (own) => `because ${own} is known`,
    base64: (own) => `key: ${Buffer.from(own).toString('base64')}`,
    'an address': (own) => `redis://:${encodeURIComponent(own)}@host`,
  }
  for (const [name, write] of Object.entries(writings))
    it(`hides any secret in ${name}`, () => {
      const anySecret = fc
        .string({ minLength: 8, maxLength: 40, unit: 'grapheme' })
        .filter((own) => own.trim().length >= 8 && !/^[A-Z]?[a-z]+$/.test(own))
      fc.assert(
        fc.property(anySecret, (own) => {
          const written = write(own)
          const bare = written.replace(write(''), '')
          expect(new Mask([own]).text(written))
            .not.to.include(own)
            .and.not.equal(written)
          return bare !== ''
        }),
      )
    })

  it('takes the longest first', () => {
    const nested = new Mask(['abcdefgh', 'abcdefgh12345678'])
    expect(nested.text('abcdefgh12345678')).to.equal(shownSecret('abcdefgh12345678'))
  })

  it('goes through a value, but not into what must stay whole', () => {
    const value = { file: secret, title: `about ${secret}`, list: [secret, 1, null] }
    expect(mask.deep(value, new Set(['file']))).to.deep.equal({
      file: secret,
      title: `about ${shown}`,
      list: [shown, 1, null],
    })
  })
})

describe('the secrets of an app', () => {
  it('are values of keys, fallbacks, telling variables, passwords in addresses, settings of Python', () => {
    const found = secretValues({
      ...noFacts,
      secrets: [
        secretFact(place, { value: 'value-of-key', variable: 'APP_THING' }),
        secretFact(place, {
          kind: 'env-with-default',
          fallback: { kind: 'literal', value: 'value-of-fallback', place },
        }),
      ],
      variables: [
        variableFact('APP_THING', 'first-one,second-one', place),
        variableFact('DB_PASSWORD', 'value-of-password', place),
        variableFact('DATABASE_URL', 'postgres://u:p%40ss-of-url@db/x', place),
        variableFact('NODE_ENV', 'production', place),
        variableFact('SECRET_KEY_FILE', '/run/secrets/key', place),
        variableFact('SECRET_KEY', `\${SECRET_KEY}`, place),
        variableFact('SESSION_SECRET', 'changeme', place),
      ],
      redisClients: [
        {
          library: 'ioredis',
          major: 5,
          place,
          name: undefined,
          url: 'redis://:value-of-redis@r',
          usedBySession: true,
          connects: undefined,
          errorListener: undefined,
          inHandler: false,
          quits: undefined,
          flushes: undefined,
          statementEnd: 0,
        },
      ],
      python: {
        file: 'app.py',
        server: undefined,
        workers: null,
        threads: null,
        bind: undefined,
        settings: [
          {
            name: 'SECRET_KEY',
            value: undefined,
            made: undefined,
            variable: 'S',
            fallback: 'value-of-flask',
            random: undefined,
            place,
          },
        ],
        hooks: [],
        places: [],
      },
    })
    expect(found).to.have.members([
      'value-of-key',
      'value-of-fallback',
      'first-one,second-one',
      'first-one',
      'second-one',
      'value-of-password',
      'p%40ss-of-url',
      'p@ss-of-url',
      'value-of-redis',
      'value-of-flask',
    ])
  })

  it('are not the name of the package', () => {
    expect(secretValues({ ...noFacts, secrets: [secretFact(place, { value: noFacts.app.name })] })).to.deep.equal([])
  })

  it('are no addresses, which the commands of the guide hold', () => {
    const secretTexts = ['127.0.0.1', 'localhost', '::1', '10.1.2.3', '10.1.2.3.4']
    expect(secretValues({ ...noFacts, secretTexts })).to.deep.equal(['10.1.2.3.4'])
  })

  it('are told by the names of variables', () => {
    const telling =
      'SECRET_KEY APP_KEYS SESSION_SECRET KEY_1 DB_PASS api_key JWT_TOKEN cookieKey SENTRY_DSN KOA_KEY2'.split(' ')
    const others =
      'NODE_ENV PORT KEY_PREFIX SECRET_KEY_FILE PUBLIC_KEY TOKEN_TTL MONKEY PASSENGER_APP SESSION_NAME'.split(' ')
    expect(telling.filter((name) => !namesSecret(name))).to.deep.equal([])
    expect(others.filter(namesSecret)).to.deep.equal([])
  })
})

describe('what a key depends on', () => {
  it('is no secret where it is only compared: the name of an environment', async () => {
    const lines =
      "function required(name) {\n  const value = process.env[name]\n  if (!value) throw new Error(name)\n  return value\n}\nexports.isProd = process.env.NODE_ENV === 'production'\nexports.keys = exports.isProd ? [required('KEY'), process.env.OLD_KEY].filter(Boolean) : ['dev-only-key-9']"
    const facts = await appOf(
      koaApp("const env = require('./env')\napp.keys = env.keys\napp.use(session(app))", { 'env.js': `${lines}\n` }),
    )
    expect(secretValues(facts)).to.include('dev-only-key-9')
    expect(secretValues(facts)).to.not.include('production')
  })

  it('is one where it is the key', async () => {
    const facts = await appOf(koaApp("app.keys = ['production']\napp.use(session(app))"))
    expect(secretValues(facts)).to.include('production')
  })
})

describe('a comment that speaks of a key', () => {
  it('gives away words of letters and digits, and quoted texts', () => {
    expect(commentSecrets("the key was hunter2, then 'old one'")).to.deep.equal(['hunter2', 'old one'])
  })

  it('gives away no algorithm, version, date, name or path', () => {
    const words =
      "token: verifyTokenV2, RFC7519, oauth2, base64url, sha256, 86400000ms, v1.2.3, 2024-05-01T00, #1234567a, ./keys2.js, 'koa:sess:'"
    expect(commentSecrets(words)).to.deep.equal([])
  })
})
