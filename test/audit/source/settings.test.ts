import { answers } from './answers.js'

describe('what settings of an environment are worth', () => {
  const perEnvironment = { either: [{ development: 'dev' }, { production: 'live' }] }
  const files = { 'config/development.js': "exports.key = 'dev'", 'config/production.js': "exports.key = 'live'" }
  answers({
    "require('./config/' + NODE_ENV)": [
      { 'app.js': "ask(require('./config/' + process.env.NODE_ENV).key)", ...files },
      perEnvironment,
    ],
    'an ending added to it': [
      { 'app.js': "ask(require('./config/' + process.env.NODE_ENV + '.js').key)", ...files },
      perEnvironment,
    ],
    'a template': [{ 'app.js': `ask(require(\`./config/\${process.env.NODE_ENV}\`).key)`, ...files }, perEnvironment],
    'a name with a default': [
      { 'app.js': "const env = process.env.NODE_ENV || 'development'; ask(require('./config/' + env).key)", ...files },
      perEnvironment,
    ],
    'the folder itself': [
      {
        'config/index.js': "module.exports = require('./' + process.env.NODE_ENV)",
        'app.js': "ask(require('./config').key)",
        ...files,
      },
      perEnvironment,
    ],
    'path.join with the environment': [
      {
        'config/index.js':
          "const path = require('path')\nmodule.exports = require(path.join(__dirname, process.env.NODE_ENV))",
        'app.js': "ask(require('./config').key)",
        ...files,
      },
      perEnvironment,
    ],
    'a merge over what all have': [
      {
        'app.js': "const config = require('./config'); ask([config.key, config.name])",
        'config/index.js':
          "const base = { name: 'shop' }\nmodule.exports = Object.assign({}, base, require('./' + process.env.NODE_ENV))",
        ...files,
      },
      [perEnvironment, 'shop'],
    ],
    'the package config': [
      {
        'app.js': "const config = require('config'); ask(config.get('session.key'))",
        'package.json': '{ "dependencies": { "config": "^3.0.0" } }',
        'config/default.json': '{ "session": { "key": "dev" } }',
        'config/production.json': '{ "session": { "key": "live" } }',
      },
      { either: ['dev', { production: 'live' }] },
    ],
    'the package config, as an object': [
      {
        'app.js': "import config from 'config'; ask(config.session.key)",
        'package.json': '{ "dependencies": { "config": "^3.0.0" } }',
        'config/default.js': "module.exports = { session: { key: 'dev' } }",
      },
      'dev',
    ],
    'the package config, from the environment': [
      {
        'app.js': "ask(require('config').get('key'))",
        'package.json': '{ "dependencies": { "config": "^3.0.0" } }',
        'config/default.json': '{ "key": "dev" }',
        'config/custom-environment-variables.json': '{ "key": "KEY" }',
      },
      { either: [{ env: 'KEY' }, 'dev'] },
    ],
    'the package config, from JSON in the environment': [
      {
        'app.js': "ask(require('config').get('session').keys)",
        'package.json': '{ "dependencies": { "config": "^3.0.0" } }',
        'config/custom-environment-variables.json':
          '{ "session": { "keys": { "__name": "KEYS", "__format": "json" } } }',
      },
      { 'JSON.parse': [{ env: 'KEYS' }] },
    ],
    'the package config, in JSON5': [
      {
        'app.js': "ask(require('config').get('key'))",
        'package.json': '{ "dependencies": { "config": "^3.0.0" } }',
        'config/default.json5': "{ // words\n key: 'dev', }",
      },
      'dev',
    ],
    'the package config without that key': [
      {
        'app.js': "ask(require('config').get('key'))",
        'package.json': '{ "dependencies": { "config": "^3.0.0" } }',
        'config/default.json': '{}',
      },
      /no file of config\/ holds key/,
    ],
    'config-lite': [
      {
        'app.js': "const config = require('config-lite')(__dirname); ask(config.session.secret)",
        'package.json': '{ "dependencies": { "config-lite": "^2.0.0" } }',
        'config/default.js': "module.exports = { session: { secret: 'dev' } }",
      },
      'dev',
    ],
  })
})
