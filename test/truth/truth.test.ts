import { join } from 'node:path'
import { expect } from 'chai'
import type { Report } from '../../lib/audit/report.js'
import { cli } from '../cli/run.js'
import { freshDirectory } from '../servers/process.js'
import { appFiles, install, keys, stores } from './apps.js'
import { measure } from './workers.js'

function verdictOf(directory: string) {
  const { out, err } = cli(['migrate', directory, '--format', 'json', '--workers', '4'])
  const [app] = (JSON.parse(out || '{}') as Report).apps ?? []
  if (app === undefined) throw new Error(`no app was found: ${err}`)
  return app.verdict
}

describe('what migrate predicts for 4 workers', function () {
  this.timeout(60_000)

  for (const [keyName, key] of Object.entries(keys))
    for (const [storeName, store] of Object.entries(stores))
      it(`is what 4 workers do: key ${keyName}, store ${storeName}`, async () => {
        const directory = install(appFiles(key, store))
        const { visibility, sessions } = verdictOf(directory)
        const { seen, asked, workers } = await measure(join(directory, 'app.js'), { SHARED: freshDirectory() })
        expect(visibility, 'the share that was predicted').to.equal(seen / asked)
        // Without a key no process logs anybody in: what several would do is not said.
        const isDecided = keyName !== 'missing' || storeName !== 'shared'
        expect(sessions).to.equal(!isDecided ? 'undecided' : seen === asked ? 'ready' : 'breaks')
        if (keyName !== 'missing') expect(workers).to.equal(4)
      })
})

describe('an ordinary app after migrate --write --unsafe', function () {
  this.timeout(60_000)
  const memory = stores['in memory']
  const apps: Record<string, { files: Record<string, string>; packages: string[] }> = {
    'koa-session with its data in the cookie': {
      files: appFiles(keys.fixed, '', "app.use(session({ key: 'shop.sid', maxAge: 86400000, rolling: true }, app))"),
      packages: ['koa', 'koa-session'],
    },
    'koa-session on a Map, with a random key': {
      files: appFiles(keys['random per process'], memory),
      packages: ['koa', 'koa-session'],
    },
    'koa-generic-session without a store, with a weak default': {
      files: appFiles(
        keys['weak default'],
        '',
        "app.use(session({ key: 'sid', cookie: { maxAge: 3600 * 1000 } }))",
        'koa-generic-session',
      ),
      packages: ['koa', 'koa-generic-session'],
    },
    'koa-session without keys': { files: appFiles(keys.missing, memory), packages: ['koa', 'koa-session'] },
  }

  for (const [name, { files, packages }] of Object.entries(apps))
    it(`keeps every login in 4 workers: ${name}`, async () => {
      const directory = install(files, packages)
      const { code, err } = cli(['migrate', directory, '--write', '--unsafe', '--fail-on', 'never'])
      expect(code, err).to.equal(0)
      expect(verdictOf(directory)).to.include({ sessions: 'ready', visibility: 1 })
      const key = 'Hd5WsQ9zLm2Xv7KtR4nYc8bJ3FpGaU1eTo6Ri0VkBxN'
      const env = { SECRET_KEY: key, SESSION_SECRET: key, SESSION_FILE_DIR: `${freshDirectory()}/sessions` }
      expect(await measure(join(directory, 'app.js'), env)).to.deep.equal({ seen: 40, asked: 40, workers: 4 })
    })
})
