import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import { get, nobodyLives } from '../../cluster/serving.js'
import { projectRoot } from '../../project.js'
import { eventually, freePort, freshDirectory } from '../../servers/process.js'
import { audit, layOutShop, production, replaced } from './shop.js'

const program = join(projectRoot, 'node_modules/pm2/bin/pm2')

const { SECRET_KEY, SESSION_FILE_DIR } = production()

/** A PM2 of its own, with the app of docs/deploy.md. */
class Pm2 {
  readonly port: number
  readonly #directory: string
  readonly #env: NodeJS.ProcessEnv

  constructor(file: string, port: number, env: Record<string, string> = {}) {
    this.port = port
    this.#directory = layOutShop([file], {
      change: (code) => replaced(code, { '/var/lib/shop/sessions': SESSION_FILE_DIR }),
    })
    writeFileSync(join(this.#directory, 'secret.env'), `SECRET_KEY=${SECRET_KEY}\n`, { mode: 0o600 })
    // In a home of its own, without a look at whether there is a newer one.
    const home = { PM2_HOME: freshDirectory(), PM2_DISABLE_VERSION_CHECK: 'true' }
    this.#env = { PATH: process.env.PATH, HOME: freshDirectory(), PORT: String(port), ...home, ...env }
  }

  async run(...words: string[]): Promise<string> {
    const child = spawn(process.execPath, [program, ...words], { cwd: this.#directory, env: this.#env })
    const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
    expect(code, out + err).to.equal(0)
    return out
  }

  /** The processes that PM2 started and runs. */
  async pids(): Promise<number[]> {
    return (await this.run('pid', 'shop')).trim().split('\n').map(Number)
  }

  async views(cookie: string): Promise<string> {
    return (await get(this.port, '/', { cookie })).body
  }

  /** Waits until the app serves, and answers the cookie of a visitor. */
  serves(): Promise<string> {
    return eventually('the app serves', async () => (await get(this.port, '/', {})).cookie || false)
  }
}

describe('the recipes for PM2 in docs/deploy.md', function () {
  this.timeout(120_000)
  let pm2: Pm2
  const start = async (file: string, env?: Record<string, string>) => {
    pm2 = new Pm2(file, await freePort(), env)
    await pm2.run('start', file)
    return pm2
  }
  afterEach(() => pm2.run('kill'))

  it('that runs serve: starts, reloads, comes back after a kill, stops; no login is lost', async () => {
    expect(audit(['ecosystem.config.cjs'], { start: 'pm2 start ecosystem.config.cjs' })).to.deep.equal([])
    const shop = await start('ecosystem.config.cjs')
    const cookie = await shop.serves()
    const [first = 0] = await shop.pids()
    await shop.run('sendSignal', 'SIGHUP', 'shop')
    expect(await shop.pids()).to.deep.equal([first])
    expect(await shop.views(cookie)).to.equal('2 views')
    process.kill(first, 'SIGKILL')
    const [second = 0] = await eventually('another runs', async () => {
      const pids = await shop.pids()
      return !pids.includes(first) && !pids.includes(0) && pids
    })
    await shop.serves()
    expect(await shop.views(cookie)).to.equal('3 views')
    await shop.run('stop', 'shop')
    await nobodyLives([first, second])
  })

  it('that lets PM2 run the workers: all see one login, also after a reload', async () => {
    const found = audit(['ecosystem.cluster.config.cjs'], { start: 'pm2 start ecosystem.cluster.config.cjs' })
    expect(found).to.deep.equal(['LIF01: a process that is told to stop drops its requests'])
    const shop = await start('ecosystem.cluster.config.cjs', { SECRET_KEY })
    const cookie = await shop.serves()
    for (let n = 2; n <= 9; n += 1) expect(await shop.views(cookie)).to.equal(`${n} views`)
    const before = await shop.pids()
    expect(before).to.have.length(4)
    await shop.run('reload', 'shop')
    expect(await shop.pids()).not.to.have.members(before)
    expect(await shop.views(cookie)).to.equal('10 views')
  })
})
