import { expect } from 'chai'
import { worth } from './worth.js'

const unknown = (why: RegExp) => (value: unknown) => expect((value as { unknown?: string }).unknown).to.match(why)
type Answer = ((value: unknown) => unknown) | unknown

/** Each source text with what it is worth. */
function answers(table: Readonly<Record<string, Answer>>): void {
  for (const [source, answer] of Object.entries(table))
    it(source.replace(/\s*\n\s*/g, ' '), async () => {
      const value = await worth(source)
      if (typeof answer === 'function') answer(value)
      else expect(value).to.deep.equal(answer)
    })
}

describe('what a constant is worth', () => {
  answers({
    "ask('s3cret')": 's3cret',
    'ask(86400e3)': 86400000,
    'ask(null)': null,
    'ask(undefined)': undefined,
    'ask(void 0)': undefined,
    'ask(1000 * 60 * 60)': 3600000,
    "ask('a' + 1 + 'b')": 'a1b',
    'ask(-1)': -1,
    "ask(+'7')": 7,
    'ask(!0)': true,
    'ask(`a${1}b${"c"}`)': 'a1bc',
    "const key = 's'; ask(key)": 's',
    "const a = 's'; const b = a; ask(b)": 's',
    "let key; key = 's'; ask(key)": 's',
    "let key = null; key = 's'; ask(key)": 's',
    'let o = { a: 1 }; if (strange) o = Object.assign(o, { b: 2 }); ask(o.a)': 1,
    'let o = { a: 1 }; if (strange) o = Object.assign({}, o, require("./gone")); ask(o.a)': 1,
    "var key = 'first'; key = 'second'; ask(key)": 'second',
    "let key = 'first'; if (strange) key = 'second'; ask(key)": { either: ['first', 'second'] },
    "let key = 'dev'; if (process.env.NODE_ENV === 'production') key = 'live'; ask(key)": {
      either: ['dev', { production: 'live' }],
    },
    "const key = 'outer'; function f(key) { return key }; ask(key)": 'outer',
    "const key = 'outer'; { const key = 'inner'; ask(key) }": 'inner',
    "ask((0, 's'))": 's',
    "ask(a = 's')": 's',
    "ask('s' as const)": 's',
    'ask(somewhere)': { global: 'somewhere' },
    'ask(/regular/)': unknown(/regular expression/),
    'ask(10n)': unknown(/large number/),
    'ask(`a${somewhere}`)': { template: [{ global: 'somewhere' }] },
    'ask(tag`text`)': unknown(/tagged template/),
    'ask(-somewhere)': unknown(/not known/),
  })
})

describe('what an object is worth', () => {
  answers({
    "ask({ a: 1, 'b': 2, ['c']: 3 })": { a: 1, b: 2, c: 3 },
    'ask({ a: 1, a: 2 })': { a: 2 },
    'ask({ a: 1, ...{ a: 2, b: 3 } })': { a: 2, b: 3 },
    'ask({ ...{ a: 2, b: 3 }, a: 1 })': { a: 1, b: 3 },
    'const base = { a: 1 }; ask({ ...base, b: 2 })': { a: 1, b: 2 },
    'ask({ ...strange, b: 2 })': { b: 2, '…': true },
    'ask({ [strange]: 1, b: 2 })': { b: 2, '…': true },
    'ask({ a: 1 }.a)': 1,
    'ask({ a: { b: [1, 2] } }.a.b[1])': 2,
    "ask({ a: 1 }['a'])": 1,
    "const name = 'a'; ask({ a: 1 }[name])": 1,
    'ask({ a: 1 }.b)': undefined,
    'ask({ ...strange }.b)': unknown(/b may come from what is spread/),
    'ask({ a: 1 }?.a)': 1,
    'const a = 1; ask({ a })': { a: 1 },
    'const o = {}; o.a = 1; o.b = 2; ask(o)': { a: 1, b: 2 },
    'const o = { a: 1 }; o.a = 2; ask(o.a)': 2,
    "const o = { a: 1 }; if (process.env.NODE_ENV === 'production') o.a = 2; ask(o.a)": {
      either: [1, { production: 2 }],
    },
    "const o = { a: 1 }; o['a'] = 2; ask(o.a)": 2,
    'const o = { a: { b: 1 } }; o.a.b = 2; ask(o.a.b)': 2,
    'const o = { get a() { return 1 } }; ask(o.a)': 1,
    'const o = { on: false, a: 1 }; if (o.on) o.a = 2; ask(o.a)': { either: [1, { off: 2 }] },
    'const o = { a: 1 }; o[strange] = 2; ask(o.b)': unknown(/strange|computed|may come/),
    'const o = { a: 1 }; delete o.a; ask(o.a)': (value: unknown) => expect(value).to.not.equal(1),
    'ask([1, 2])': [1, 2],
    'ask([1, ...[2, 3]])': [1, 2, 3],
    'ask([1, ...strange])': [1, { global: 'strange' }, '…'],
    'const list = [1]; list.push(2); ask(list)': (value: unknown) => expect(value).to.not.deep.equal([1]),
  })
})

describe('what merged objects are worth', () => {
  const lodash = (text: string) => `const _ = require('lodash'); ${text}`
  answers({
    'ask(Object.assign({}, { a: 1 }, { a: 2, b: 3 }))': { a: 2, b: 3 },
    'ask(Object.assign({ a: { b: 1 } }, { a: { c: 2 } }))': { a: { c: 2 } },
    'ask(Object.assign({}, strange, { a: 1 }))': { a: 1, '…': true },
    'ask(Object.freeze({ a: 1 }))': { a: 1 },
    [lodash('ask(_.merge({ a: { b: 1 } }, { a: { c: 2 } }))')]: { a: { b: 1, c: 2 } },
    [lodash('ask(_.merge({}, { a: { b: 1 } }, { a: { b: 2 } }))')]: { a: { b: 2 } },
    [lodash('ask(_.assign({ a: { b: 1 } }, { a: { c: 2 } }))')]: { a: { c: 2 } },
    [lodash('ask(_.extend({ a: { b: 1 } }, { a: { c: 2 } }))')]: { a: { c: 2 } },
    [lodash('ask(_.defaults({ a: 1 }, { a: 2, b: 3 }))')]: { a: 1, b: 3 },
    [lodash('ask(_.defaultsDeep({ a: { b: 1 } }, { a: { b: 2, c: 3 } }))')]: { a: { b: 1, c: 3 } },
    "const merge = require('lodash/merge'); ask(merge({ a: { b: 1 } }, { a: { c: 2 } }))": { a: { b: 1, c: 2 } },
    "const merge = require('lodash.merge'); ask(merge({ a: { b: 1 } }, { a: { c: 2 } }))": { a: { b: 1, c: 2 } },
    "const defaults = require('lodash/defaultsDeep'); ask(defaults({ a: { b: 1 } }, { a: { b: 2, c: 3 } }))": {
      a: { b: 1, c: 3 },
    },
    "import { merge } from 'lodash'; ask(merge({ a: { b: 1 } }, { a: { c: 2 } }))": { a: { b: 1, c: 2 } },
    "import merge from 'deepmerge'; ask(merge({ a: { b: 1 } }, { a: { c: 2 } }))": { a: { b: 1, c: 2 } },
    "const extend = require('extend'); ask(extend(true, {}, { a: { b: 1 } }, { a: { c: 2 } }))": { a: { b: 1, c: 2 } },
    "const extend = require('extend'); ask(extend({}, { a: { b: 1 } }, { a: { c: 2 } }))": { a: { c: 2 } },
    'ask({ a: 1, ...(strange ? { a: 2 } : {}) }.a)': { either: [2, 1] },
    'ask({ a: 1, ...(strange && { a: 2 }) }.a)': { either: [2, 1] },
    "ask({ a: 1, ...(process.env.NODE_ENV === 'production' && { a: 2 }) }.a)": { either: [1, { production: 2 }] },
    "ask({ ...(process.env.NODE_ENV === 'production' ? { a: 1 } : { b: 2 }) }.a)": {
      either: [{ production: 1 }, { development: undefined }],
    },
    'ask({ ...(strange ? { a: 1 } : other) }.a)': {
      either: [1, { unknown: 'a may come from what is spread' }],
    },
    'ask({ a: 1, ...{ production: { b: 2 }, test: { b: 3 } }[process.env.NODE_ENV] }.a)': 1,
    "const _ = require('lodash'); ask(_.merge({ a: { b: 1 } }, { production: { a: { c: 2 } }, test: { a: { c: 3 } } }[process.env.NODE_ENV] || {}).a.b)": 1,
    'ask({ ...(strange ? { a: 1 } : { b: 2 }) }.a)': { either: [1, undefined] },
    'ask(Object.assign({}, strange ? { a: 1 } : { a: 2 }).a)': { either: [1, 2] },
  })
})

describe('what a choice is worth', () => {
  answers({
    "ask(process.env.KEY || 'dev')": { either: [{ env: 'KEY' }, 'dev'] },
    "ask(process.env.KEY ?? 'dev')": { either: [{ env: 'KEY' }, 'dev'] },
    "ask(process.env.NODE_ENV === 'production' ? 'live' : 'dev')": {
      either: [{ production: 'live' }, { development: 'dev' }],
    },
    "ask(process.env.NODE_ENV !== 'production' ? 'dev' : 'live')": {
      either: [{ development: 'dev' }, { production: 'live' }],
    },
    "ask('production' === process.env.NODE_ENV ? 'live' : 'dev')": {
      either: [{ production: 'live' }, { development: 'dev' }],
    },
    "const isProd = process.env.NODE_ENV === 'production'; ask(isProd ? 'live' : 'dev')": {
      either: [{ production: 'live' }, { development: 'dev' }],
    },
    "ask(strange ? 'a' : 'b')": { either: ['a', 'b'] },
    "ask(true ? 'a' : 'b')": 'a',
    "const redis = false; ask(redis ? 'a' : 'b')": 'b',
    "ask('' || 'b')": 'b',
    "ask('' ?? 'b')": '',
    "ask(null ?? 'b')": 'b',
    "ask('a' || 'b')": 'a',
    "ask(false && 'b')": false,
    "ask(true && 'b')": 'b',
    'ask(strange && {})': { either: [{}, undefined] },
    "const configs = { production: { key: 'live' }, development: { key: 'dev' } }; ask(configs[process.env.NODE_ENV].key)":
      { either: [{ production: 'live' }, { development: 'dev' }] },
    "const env = process.env.NODE_ENV || 'development'; const c = { production: 1, development: 2 }; ask(c[env])": {
      either: [{ production: 1 }, { development: 2 }],
    },
    "const env = 'production'; const c = { production: 1, development: 2 }; ask(c[env])": 1,
    'ask(strange[other])': unknown(/computed/),
    "ask((() => { switch (process.env.NODE_ENV) { case 'production': return 'live'; default: return 'dev' } })())": {
      either: [{ production: 'live' }, 'dev'],
    },
  })
})

describe('what the environment is worth', () => {
  answers({
    'ask(process.env.KEY)': { env: 'KEY' },
    "ask(process.env['KEY'])": { env: 'KEY' },
    'ask(process?.env?.KEY)': { env: 'KEY' },
    'const { KEY } = process.env; ask(KEY)': { env: 'KEY' },
    "const { KEY = 'dev' } = process.env; ask(KEY)": { either: [{ env: 'KEY' }, 'dev'] },
    'const { KEY: key } = process.env; ask(key)': { env: 'KEY' },
    'const { env } = process; ask(env.KEY)': { env: 'KEY' },
    'const { env: { KEY } } = process; ask(KEY)': { env: 'KEY' },
    'const env = process.env; ask(env.KEY)': { env: 'KEY' },
    "const process = require('process'); ask(process.env.KEY)": { env: 'KEY' },
    "import process from 'node:process'; ask(process.env.KEY)": { env: 'KEY' },
    "import { env } from 'node:process'; ask(env.KEY)": { env: 'KEY' },
    "import * as process from 'process'; ask(process.env.KEY)": { env: 'KEY' },
    'ask(globalThis.process.env.KEY)': { env: 'KEY' },
    'ask(global.process.env.KEY)': { env: 'KEY' },
    'ask(import.meta.env.KEY)': { env: 'KEY' },
    "const own = {}; require('dotenv').config({ processEnv: own }); ask(own.KEY)": { env: 'KEY' },
    "const own = require('dotenv').config().parsed; ask(own.KEY)": { env: 'KEY' },
    "const name = 'KEY'; ask(process.env[name])": { env: 'KEY' },
    'ask(process.env[strange])': unknown(/computed/),
    "ask(process.env.KEYS.split(','))": { split: [{ env: 'KEYS' }] },
    "ask(process.env.KEYS.split(',').map((key) => key.trim()))": { map: [{ split: [{ env: 'KEYS' }] }] },
    'ask(`${process.env.KEY}`)': { template: [{ env: 'KEY' }] },
    'ask(String(process.env.KEY))': { env: 'KEY' },
    'ask(Number(process.env.PORT))': { env: 'PORT' },
    "ask('a,b'.split(','))": ['a', 'b'],
    "ask(' a '.trim())": 'a',
    "ask(['a', 'b'].join('-'))": 'a-b',
    "ask(['a'].concat(['b'], 'c'))": ['a', 'b', 'c'],
    "ask(['a', ''].filter(Boolean))": (value: unknown) => expect(value).to.be.an('array').that.includes('a'),
    "ask(Buffer.from('s3cret', 'utf8'))": 's3cret',
    'ask(JSON.parse(\'["a"]\'))': (value: unknown) => expect(value).to.deep.equal({ call: 'JSON.parse' }),
  })
})

describe('what a random call is worth', () => {
  answers({
    "const crypto = require('crypto'); ask(crypto.randomBytes(32))": { random: 'randomBytes' },
    "const crypto = require('crypto'); ask(crypto.randomBytes(32).toString('hex'))": { random: 'randomBytes' },
    "import { randomBytes } from 'node:crypto'; ask(randomBytes(32).toString('hex'))": { random: 'randomBytes' },
    "import { randomUUID as id } from 'crypto'; ask(id())": { random: 'randomUUID' },
    "ask(require('crypto').randomUUID())": { random: 'randomUUID' },
    'ask(crypto.randomUUID())': { random: 'randomUUID' },
    'ask(globalThis.crypto.randomUUID())': { random: 'randomUUID' },
    'ask(Math.random().toString(36).slice(2))': { random: 'Math.random' },
    'ask(Date.now())': { random: 'Date.now' },
    "import { v4 as uuid } from 'uuid'; ask(uuid())": { random: 'uuid.v4' },
    "const { nanoid } = require('nanoid'); ask(nanoid())": { random: 'nanoid.nanoid' },
    'ask(`${Math.random()}`)': { template: [{ random: 'Math.random' }] },
    "ask('key-' + process.pid)": { '+': ['key-', { global: 'process.pid' }] },
    "const { promisify } = require('util'); const { randomBytes } = require('crypto'); ask(await promisify(randomBytes)(32))":
      { random: 'randomBytes' },
    'const random = { randomBytes: () => "fixed" }; ask(random.randomBytes())': 'fixed',
  })
})
