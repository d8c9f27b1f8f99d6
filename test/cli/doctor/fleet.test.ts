import { fork } from 'node:child_process'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { expect } from 'chai'
import { eventually, freePort, freshDirectory } from '../../servers/process.js'
import { install } from '../../truth/apps.js'
import { type Diagnosis, diagnose, ourApp, strongKey } from '../doctor-run.js'

const otherKey = 'tQ7mZ2vXc9LkR4wYs8bN3hJ6gFpD1aUeTo5Ri0VkBxM'

describe('doctor, on processes that run', function () {
  this.timeout(60_000)
  const directory = install(ourApp)

  /** Runs an app for each environment, lets a visitor log in to each by the same host, and looks. */
  async function withApps(environments: readonly Record<string, string>[], wanted: (seen: Diagnosis) => boolean) {
    const shared = { SESSION_FILE_DIR: join(freshDirectory(), 'sessions'), TMPDIR: freshDirectory() }
    const stops: (() => Promise<unknown>)[] = []
    try {
      const ports: number[] = []
      for (const env of environments) {
        const port = await freePort()
        const child = fork(join(directory, 'app.js'), {
          env: { PATH: process.env.PATH, PORT: String(port), ...shared, ...env },
          cwd: directory,
          silent: true,
        })
        stops.push(() => {
          child.kill('SIGKILL')
          return once(child, 'exit')
        })
        ports.push(port)
      }
      for (const port of ports) await visit(port)
      return await eventually('doctor sees them', async () => {
        const seen = await diagnose(directory, ['--skip', 'DOC18'], { ...shared, SECRET_KEY: strongKey })
        return wanted(seen) && seen
      })
    } finally {
      for (const stop of stops) await stop()
    }
  }

  it('that have the same keys', async () => {
    const env = { SECRET_KEY: strongKey }
    const { app, ids } = await withApps([env, env], ({ app }) => app.live?.fleet != null)
    expect(app.live?.fleet).to.deep.include({ differences: [], sameKeys: true })
    expect(ids).not.to.include('DOC20')
  })

  it('that have different keys', async () => {
    const { ids, app } = await withApps([{ SECRET_KEY: strongKey }, { SECRET_KEY: otherKey }], ({ ids }) =>
      ids.includes('DOC20'),
    )
    expect(ids).to.include('DOC20')
    expect(app.live?.fleet?.differences).to.deep.equal(['keys'])
    expect(app.verdict).to.include({ sessions: 'breaks' })
  })

  it('that have other keys than this environment', async () => {
    const { app } = await withApps([{ SECRET_KEY: otherKey }], ({ app }) => app.live?.fleet != null)
    expect(app.live?.fleet).to.deep.include({ differences: [], sameKeys: false })
    expect(app.findings.find(({ id }) => id === 'DOC20')).to.include({ severity: 'note' })
  })
})

/** Logs in, and comes again with the session. */
describe('doctor, where no process is entered', () => {
  it('says under which cookie it looked, since the app may name another in its code', async () => {
    const { app } = await diagnose(install(ourApp), [], {
      SESSION_FILE_DIR: join(freshDirectory(), 'sessions'),
      TMPDIR: freshDirectory(),
      SECRET_KEY: strongKey,
      SESSION_COOKIE_NAME: 'shop',
    })
    expect(app.notLooked).to.deep.include({
      what: 'whether running processes agree',
      why: 'none with the cookie shop was entered in the store lately',
    })
  })
})

async function visit(port: number): Promise<void> {
  const login = await eventually('the app listens', () => ask(port, '/login', {}))
  const cookie = (login.headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ')
  await ask(port, '/', { cookie })
}

async function ask(port: number, path: string, headers: Record<string, string>): Promise<IncomingMessage> {
  const call = get({ host: '127.0.0.1', port, path, agent: false, headers: { host: 'shop.example', ...headers } })
  const [response] = (await once(call, 'response')) as [IncomingMessage]
  response.resume()
  await once(response, 'end')
  return response
}
