import { answers } from './answers.js'

const both = { key: 's3cret' }

describe('what a module of the app exports', () => {
  const required = (config: string) => ({ 'app.js': "ask(require('./config'))", 'config.js': config })
  const destructured = (config: string) => ({
    'app.js': "const { key } = require('./config'); ask(key)",
    'config.js': config,
  })
  const imported = (config: string, app = "import { key } from './config.js'; ask(key)") => ({
    'app.js': app,
    'config.js': config,
  })
  answers({
    'module.exports = object': [required("module.exports = { key: 's3cret' }"), both],
    'module.exports = a name': [required("const config = { key: 's3cret' }; module.exports = config"), both],
    'exports = module.exports = object': [required("exports = module.exports = { key: 's3cret' }"), both],
    'module.exports = exports = object': [required("module.exports = exports = { key: 's3cret' }"), both],
    'exports.key': [required("exports.key = 's3cret'"), both],
    'module.exports.key': [required("module.exports.key = 's3cret'"), both],
    'exports[…]': [required("exports['key'] = 's3cret'"), both],
    'an object and more keys': [
      required("module.exports = { a: 1 }; module.exports.key = 's3cret'"),
      { a: 1, ...both },
    ],
    'a key that is written twice': [destructured("exports.key = 'old'; exports.key = 's3cret'"), 's3cret'],
    'a key of an object': [destructured("module.exports = { key: 's3cret' }"), 's3cret'],
    'one text': [required("module.exports = 's3cret'"), 's3cret'],
    'a list': [required("module.exports = ['s3cret']"), ['s3cret']],
    'what another module exports': [
      {
        ...required("module.exports = require('./deep/config')"),
        'deep/config.js': "module.exports = { key: 's3cret' }",
      },
      both,
    ],
    'a folder’s index': [{ 'app.js': "ask(require('./config'))", 'config/index.js': "exports.key = 's3cret'" }, both],
    'the folder above': [{ 'src/app.js': "ask(require('..').key)", 'index.js': "exports.key = 's3cret'" }, 's3cret'],
    'a folder’s main': [
      {
        'app.js': "ask(require('./config').key)",
        'config/package.json': '{ "main": "settings.js" }',
        'config/settings.js': "exports.key = 's3cret'",
      },
      's3cret',
    ],
    JSON: [{ 'app.js': "ask(require('./config.json'))", 'config.json': '{ "key": "s3cret" }' }, both],
    'JSON by its bare name': [{ 'app.js': "ask(require('./config'))", 'config.json': '{ "key": "s3cret" }' }, both],
    'JSON with a byte order mark': [
      { 'app.js': "ask(require('./config').key)", 'config.json': '\uFEFF{ "key": "s3cret" }' },
      's3cret',
    ],
    'a list of JSON': [{ 'app.js': "ask(require('./keys.json')[1])", 'keys.json': '["a", "b"]' }, 'b'],
    'export const': [imported("export const key = 's3cret'"), 's3cret'],
    'export let, assigned later': [imported("export let key; key = 's3cret'"), 's3cret'],
    'export { key }': [imported("const key = 's3cret'; export { key }"), 's3cret'],
    'export { secret as key }': [imported("const secret = 's3cret'; export { secret as key }"), 's3cret'],
    'export const { key } = object': [imported("export const { key } = { key: 's3cret' }"), 's3cret'],
    'import { key as other }': [
      imported("export const key = 's3cret'", "import { key as other } from './config.js'; ask(other)"),
      's3cret',
    ],
    'export default object': [
      imported("export default { key: 's3cret' }", "import config from './config.js'; ask(config.key)"),
      's3cret',
    ],
    'export default name': [
      imported("const c = { key: 's3cret' }; export default c", "import config from './config'; ask(config)"),
      both,
    ],
    'export { name as default }': [
      imported("const c = { key: 's3cret' }; export { c as default }", "import config from './config'; ask(config)"),
      both,
    ],
    'import { default as config }': [
      imported('export default 7', "import { default as c } from './config'; ask(c)"),
      7,
    ],
    'import * as config': [
      imported("export const key = 's3cret'", "import * as config from './config.js'; ask(config.key)"),
      's3cret',
    ],
    'a default import of CommonJS': [
      imported("module.exports = { key: 's3cret' }", "import config from './config.js'; ask(config.key)"),
      's3cret',
    ],
    'a named import of CommonJS': [imported("exports.key = 's3cret'"), 's3cret'],
    'require() of an ES module': [
      { 'app.js': "ask(require('./config').key)", 'config.js': "export const key = 's3cret'" },
      's3cret',
    ],
    'require().default of an ES module': [
      { 'app.js': "ask(require('./config').default)", 'config.js': 'export default 7' },
      7,
    ],
    'what Babel made of an ES module': [
      {
        'app.js': "ask(require('./config').default.key)",
        'config.js':
          "Object.defineProperty(exports, '__esModule', { value: true }); exports.default = { key: 's3cret' }",
      },
      's3cret',
    ],
    'import x = require()': [
      { 'app.ts': "import config = require('./config'); ask(config.key)", 'config.ts': "export = { key: 's3cret' }" },
      's3cret',
    ],
    'await import()': [
      imported("export const key = 's3cret'", "const { key } = await import('./config.js'); ask(key)"),
      's3cret',
    ],
    'a .js that is a .ts': [
      { 'app.ts': "import { key } from './config.js'; ask(key)", 'config.ts': "export const key: string = 's3cret'" },
      's3cret',
    ],
    'export * from': [{ ...imported("export * from './deep.js'"), 'deep.js': "export const key = 's3cret'" }, 's3cret'],
    'export * from, the second': [
      {
        ...imported("export * from './a.js'; export * from './deep.js'"),
        'a.js': 'export const other = 1',
        'deep.js': "export const key = 's3cret'",
      },
      's3cret',
    ],
    'export * as': [
      {
        ...imported("export * as inner from './deep.js'", "import { inner } from './config.js'; ask(inner.key)"),
        'deep.js': "export const key = 's3cret'",
      },
      's3cret',
    ],
    'export { key } from': [
      { ...imported("export { key } from './deep.js'"), 'deep.js': "export const key = 's3cret'" },
      's3cret',
    ],
    'export { default as key } from': [
      { ...imported("export { default as key } from './deep.js'"), 'deep.js': "export default 's3cret'" },
      's3cret',
    ],
    'an enum’s name is no text': [{ 'app.ts': "enum Key { A = 's' }\nask(Key.A)" }, /./],
    'a name that is not exported': [imported('export const other = 1'), /config\.js does not say what key is/],
    'a key that is not there': [destructured('module.exports = { other: 1 }'), undefined],
    'a file that is not there': [{ 'app.js': "ask(require('./gone'))" }, /\.\/gone is not in the repository/],
    'a file that is not there, imported': [
      { 'app.js': "import key from './gone.js'; ask(key)" },
      /is not in the repository/,
    ],
    'a package': [{ 'app.js': "ask(require('koa-session'))" }, { import: 'koa-session' }],
    'a part of a package': [
      { 'app.js': "import { createClient as make } from 'redis'; ask(make)" },
      { import: 'redis.createClient' },
    ],
    'a name that is computed': [{ 'app.js': 'ask(require(strange))' }, /the module to load is computed/],
    'a file with a broken line': [destructured("exports.key = 's3cret'\nfunction half( {\n"), 's3cret'],
  })
})

describe('where a module is', () => {
  const config = "exports.key = 's3cret'"
  answers({
    'path.join(__dirname, …)': [
      {
        'src/app.js': "const path = require('path'); ask(require(path.join(__dirname, '..', 'config')).key)",
        'config.js': config,
      },
      's3cret',
    ],
    'path.resolve(__dirname, …)': [
      {
        'app.js': "const { resolve } = require('path'); ask(require(resolve(__dirname, './config')).key)",
        'config.js': config,
      },
      's3cret',
    ],
    '__dirname + …': [{ 'src/app.js': "ask(require(__dirname + '/config').key)", 'src/config.js': config }, 's3cret'],
    'a template around __dirname': [
      { 'app.js': `ask(require(\`\${__dirname}/config\`).key)`, 'config.js': config },
      's3cret',
    ],
    'process.cwd()': [
      {
        'src/app.js': "const path = require('path'); ask(require(path.join(process.cwd(), 'config')).key)",
        'config.js': config,
      },
      's3cret',
    ],
    'a root made of import.meta.url': [
      {
        'src/app.js': `import path from 'node:path'\nimport { fileURLToPath } from 'node:url'
const here = path.dirname(fileURLToPath(import.meta.url))\nask((await import(path.join(here, '../config.js'))).key)`,
        'config.js': config,
      },
      's3cret',
    ],
    'import.meta.dirname': [
      { 'src/app.js': "import { join } from 'path'; ask(join(import.meta.dirname, 'sessions'))" },
      { file: 'src/sessions' },
    ],
    'path.resolve with an absolute path at the end': [
      { 'app.js': "ask(require('path').resolve(__dirname, '/var', 'sessions'))" },
      '/var/sessions',
    ],
    'an absolute path': [{ 'app.js': "ask(require('path').join('/var', 'sessions'))" }, '/var/sessions'],
    'a path that is computed': [{ 'app.js': "ask(require('path').join(strange, 'x'))" }, /path that is computed/],
    'module-alias': [
      {
        'src/app.js': "ask(require('@root/config').key)",
        'package.json': '{ "_moduleAliases": { "@root": "." } }',
        'config.js': config,
      },
      's3cret',
    ],
    'module-alias, the alias alone': [
      {
        'src/app.js': "ask(require('@settings').key)",
        'package.json': '{ "_moduleAliases": { "@settings": "./etc/settings" } }',
        'etc/settings/index.js': config,
      },
      's3cret',
    ],
    'a mark that no file explains': [
      { 'src/app.js': "ask(require('~config/secure').key)", 'config/secure.js': config },
      's3cret',
    ],
    'a scoped package of which the app has a folder of the same name': [
      {
        'src/app.js': "ask(require('@acme/keys'))",
        'package.json': '{ "dependencies": { "@acme/keys": "^1.0.0" } }',
        'src/other.js': config,
      },
      { import: '@acme/keys' },
    ],
    'paths of tsconfig.json': [
      {
        'src/app.ts': "import { key } from '@cfg/keys'; ask(key)",
        'tsconfig.json': '{ "compilerOptions": { "baseUrl": ".", "paths": { "@cfg/*": ["src/settings/*"] } } }',
        'src/settings/keys.ts': "export const key = 's3cret'",
      },
      's3cret',
    ],
    'imports of package.json': [
      {
        'src/app.js': "import { key } from '#config/keys.js'; ask(key)",
        'package.json': '{ "imports": { "#config/*": "./src/settings/*" } }',
        'src/settings/keys.js': "export const key = 's3cret'",
      },
      's3cret',
    ],
    'a package, though a folder has its name': [
      {
        'package.json': '{"dependencies":{"@koa/router":"^12.0.0"}}',
        'app.js': "ask(require('@koa/router'))",
        'koa/router.js': 'module.exports = 1',
      },
      { import: '@koa/router' },
    ],
    '@/ by custom': [
      { 'src/app.js': "import { key } from '@/config'; ask(key)", 'src/config.js': "export const key = 's3cret'" },
      's3cret',
    ],
    NODE_PATH: [{ 'server/app.js': "ask(require('settings/keys').key)", 'server/settings/keys.js': config }, 's3cret'],
    'a package before a folder of its name': [
      {
        'app.js': "ask(require('config'))",
        'package.json': '{ "dependencies": { "config": "^3.0.0" } }',
        'config/index.js': config,
      },
      { import: 'config' },
    ],
    'a sample of what is copied when the app is installed': [
      { 'app.js': "ask(require('./config').key)", 'config.example.js': config },
      's3cret',
    ],
  })
})
