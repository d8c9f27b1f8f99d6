/** A small app with one file for each parser that the bundle carries. */
export const shop: Record<string, string> = {
  'package.json': JSON.stringify({ name: 'shop', dependencies: { koa: '^2.15.0', 'koa-session': '^6.4.0' } }),
  'app.js': `const Koa = require('koa')
const session = require('koa-session')
const app = new Koa()
app.keys = require('./legacy').keys
const sessions = new Map()
const store = { get: (id) => sessions.get(id), set: (id, data) => sessions.set(id, data), destroy: (id) => sessions.delete(id) }
app.use(session({ store }, app))
app.listen(3000)
`,
  'legacy.js': `exports.keys = ['a key that was written long ago']
function half( {
`,
  'ecosystem.json': `{
  // PM2 allows comments
  "apps": [{ "name": "shop", "script": "app.js", "instances": 3, "exec_mode": "cluster" }],
}
`,
  'compose.yaml': 'services:\n  web:\n    build: .\n    deploy: { replicas: 2 }\n',
  Dockerfile: 'FROM node:22\nENV UV_THREADPOOL_SIZE=8\nCOPY . .\nCMD npx pm2-runtime ecosystem.json\n',
  'fly.toml': 'app = "shop"\n[http_service]\ninternal_port = 3000\nmin_machines_running = 2\n',
}
