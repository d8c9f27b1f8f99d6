import { mkdirSync, readdirSync, renameSync, rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { eventually, freshDirectory } from '../servers/process.js'
import { type Routes, withApp } from './served-app.js'

const routes: Routes = {
  '/login': (ctx) => {
    ctx.session.user = 'ada'
    return 'in'
  },
  '/user': (ctx) => ctx.session.user ?? 'nobody',
}

/** Runs with sessions in files under a directory of its own. */
function onFiles(work: (directory: string, served: Parameters<Parameters<typeof withApp>[2]>[0]) => Promise<void>) {
  const directory = `${freshDirectory()}/sessions`
  return withApp({ store: 'file', directory }, routes, (served) => work(directory, served))
}

describe('Session files that fail', () => {
  it('S27 the directory is gone: 503, the cookie stays, visitors without one are served; back with the directory', () =>
    onFiles(async (directory, { browser, log }) => {
      const ada = browser()
      await ada.get('/login')
      renameSync(directory, `${directory}.away`)
      for (let count = 0; count < 5; count += 1) {
        const { status, setCookies, headers } = await ada.get('/user')
        expect([status, setCookies, headers.get('retry-after')]).to.deep.equal([503, [], '2'])
      }
      expect((await browser().get('/user')).body).to.equal('nobody')
      expect((await browser().get('/login')).status).to.equal(503)
      renameSync(`${directory}.away`, directory)
      await eventually('it serves again', async () => (await ada.get('/user')).body === 'ada')
      const lines = [...log.at('error'), ...log.at('info').slice(1)].map((line) =>
        line.replace(/^koa-shared-session: /, ''),
      )
      expect(lines).to.have.length(2)
      expect(lines[0]).to.match(/^the session store does not serve: The session directory .* is missing/)
      expect(lines[1]).to.match(/^the session store serves again, after \d+ seconds/)
    }))

  it('S27 made anew, it is empty: nobody is logged in, and a login works', () =>
    onFiles(async (directory, { browser }) => {
      const ada = browser()
      await ada.get('/login')
      rmSync(directory, { recursive: true })
      expect((await ada.get('/user')).status).to.equal(503)
      mkdirSync(directory, { mode: 0o700 })
      await eventually('it serves again', async () => (await ada.get('/user')).body === 'nobody')
      await ada.get('/login')
      expect((await ada.get('/user')).body).to.equal('ada')
    }))

  it('S24 a torn file is no session: an event, never a 500, and others are not concerned', () =>
    onFiles(async (directory, { browser, events }) => {
      const [ada, grace] = [browser(), browser()]
      await ada.get('/login')
      const [torn = ''] = sessionFiles(directory)
      await grace.get('/login')
      truncateSync(torn, 60)
      const answer = await ada.get('/user')
      expect([answer.status, answer.body]).to.deep.equal([200, 'nobody'])
      expect(ada.cookies.size).to.equal(0)
      expect(events.map(({ event }) => event)).to.deep.equal(['session:missed'])
      expect((await grace.get('/user')).body).to.equal('ada')
    }))
})

function sessionFiles(directory: string): string[] {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
  return files.filter(({ name }) => /^[0-9a-f]{64}$/.test(name)).map((file) => join(file.parentPath, file.name))
}
