import { answers } from './answers.js'

const both = { key: 's3cret' }

describe('what a function answers', () => {
  answers({
    'one return': [{ 'app.js': "function key() { return 's3cret' }\nask(key())" }, 's3cret'],
    'an arrow': [{ 'app.js': "const key = () => 's3cret'; ask(key())" }, 's3cret'],
    'an arrow that answers an object': [{ 'app.js': "const make = (key) => ({ key }); ask(make('s3cret'))" }, both],
    'an async function': [{ 'app.js': "async function key() { return 's3cret' }\nask(await key())" }, 's3cret'],
    'its arguments': [{ 'app.js': 'const twice = (a, b) => [b, a]; ask(twice(1, 2))' }, [2, 1]],
    'a default': [{ 'app.js': "const get = (key = 's3cret') => key; ask(get())" }, 's3cret'],
    'a field of an argument': [
      { 'app.js': "const list = ({ key, other: b = 2 }) => [key, b]; ask(list({ key: 's3cret' }))" },
      ['s3cret', 2],
    ],
    'a field of a promised argument': [
      {
        'app.js':
          'const { KEY } = process.env\nconst read = async ({ KEY }) => ({ KEY })\nasync function main() { const config = await read({ KEY }); ask(config.KEY) }',
      },
      { env: 'KEY' },
    ],
    'a default that is not needed': [{ 'app.js': "const get = (key = 'no') => key; ask(get('s3cret'))" }, 's3cret'],
    'two returns': [
      { 'app.js': "function key(a) { if (a) return 'x'; return 'y' }\nask(key(strange))" },
      { either: ['x', 'y'] },
    ],
    'returns by environment': [
      {
        'app.js':
          "function key() { if (process.env.NODE_ENV === 'production') { return 'live' } else { return 'dev' } }\nask(key())",
      },
      { either: [{ production: 'live' }, { development: 'dev' }] },
    ],
    'get(name, fallback)': [
      {
        'app.js': "const { get } = require('./env'); ask(get('KEY', 'dev'))",
        'env.js': 'exports.get = (name, fallback) => process.env[name] || fallback',
      },
      { either: [{ env: 'KEY' }, 'dev'] },
    ],
    'get(name) without a fallback': [
      {
        'app.js': "const get = require('./env'); ask(get('KEY'))",
        'env.js':
          'module.exports = function get(name) { const value = process.env[name]; if (!value) throw new Error(name); return value }',
      },
      { env: 'KEY' },
    ],
    'env() of a framework’s configuration': [
      { 'app.js': "module.exports = ({ env }) => ask(env('KEY', 'dev'))" },
      { either: [{ env: 'KEY' }, 'dev'] },
    ],
    'env.array()': [{ 'app.js': "module.exports = ({ env }) => ask(env.array('KEYS'))" }, { env: 'KEYS' }],
    'a function that calls itself': [
      { 'app.js': "function f(n) { return n ? f(n - 1) : 's3cret' }\nask(f(3))" },
      /too deep/,
    ],
    'a function without a return': [{ 'app.js': 'function f() { work() }\nask(f())' }, { call: 'function' }],
    'a function of a package': [{ 'app.js': "ask(require('koa-redis')({ url: 'x' }))" }, { call: 'koa-redis' }],
    'an inner function’s return is not its own': [
      { 'app.js': "function f() { each(() => { return 1 }); return 's3cret' }\nask(f())" },
      's3cret',
    ],
  })
})

describe('what a parameter is worth', () => {
  answers({
    "require('./koa')(app, config)": [
      {
        'app.js': "const config = { key: 's3cret' }\nrequire('./koa')(app, config)",
        'koa.js': 'module.exports = function (app, config) { ask(config.key) }',
      },
      's3cret',
    ],
    'an imported function': [
      {
        'app.js': "import setUp from './koa.js'\nsetUp({ key: 's3cret' })",
        'koa.js': 'export default function setUp(config) { ask(config.key) }',
      },
      's3cret',
    ],
    'a named function of another file': [
      {
        'app.js': "const { setUp } = require('./koa')\nsetUp({ key: 's3cret' })",
        'koa.js': 'exports.setUp = (config) => { ask(config.key) }',
      },
      's3cret',
    ],
    'a function of this file': [{ 'app.js': "function f(key) { ask(key) }\nf('s3cret')" }, 's3cret'],
    'a constructor’s': [
      {
        'app.js': "const Server = require('./server')\nnew Server({ key: 's3cret' })",
        'server.js': 'module.exports = class Server { constructor(config) { ask(config.key) } }',
      },
      's3cret',
    ],
    'its caller’s object has as a field': [
      {
        'app.js': "const make = require('./make'); make({ key: 's3cret' })",
        'make.js': 'module.exports = ({ key: secret }) => ask(secret)',
      },
      's3cret',
    ],
    'nobody calls': [{ 'app.js': 'module.exports = function (config) { ask(config.key) }' }, /config is a parameter/],
  })
})

describe('what a class holds', () => {
  answers({
    'a field': [{ 'app.js': "class A { key = 's3cret'; use() { ask(this.key) } }" }, 's3cret'],
    'a static field': [{ 'app.js': "class A { static key = 's3cret' }\nask(A.key)" }, 's3cret'],
    'a field of an instance': [{ 'app.js': "class A { key = 's3cret' }\nconst a = new A(); ask(a.key)" }, 's3cret'],
    'what the constructor writes': [
      { 'app.js': "class A { constructor() { this.key = 's3cret' }\nuse() { ask(this.key) } }" },
      's3cret',
    ],
    'a field in another file': [
      {
        'app.js': "import { config } from './config.js'; ask(config.key)",
        'config.js': "class Config { key = 's3cret' }\nexport const config = new Config()",
      },
      's3cret',
    ],
    'a getter': [{ 'app.js': "class A { get key() { return 's3cret' } }\nask(new A().key)" }, 's3cret'],
    'a field of the class above': [
      { 'app.js': "class A { key = 's3cret' }\nclass B extends A {}\nask(new B().key)" },
      's3cret',
    ],
    'a method’s answer': [{ 'app.js': "class A { key() { return 's3cret' } }\nask(new A().key())" }, 's3cret'],
    'a field of an object': [{ 'app.js': "const o = { key: 's3cret', use() { ask(this.key) } }" }, 's3cret'],
    'a field that is not there': [{ 'app.js': 'class A {}\nask(new A().key)' }, /\.key of a class/],
    'TypeScript’s parameter fields': [
      {
        'app.ts': "class A { constructor(private readonly key: string) {}\nuse() { ask(this.key) } }\nnew A('s3cret')",
      },
      's3cret',
    ],
  })
})
