import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { cli } from '../../cli/run.js'
import { freePort, freshDirectory } from '../../servers/process.js'
import { audit, layOutShop, production, recipe, replaced, startShop } from './shop.js'

const unit = recipe('shop.service')
const setting = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1] ?? ''

describe('the unit for systemd in docs/deploy.md', function () {
  this.timeout(60_000)

  it('is one that the audit finds nothing in', () => expect(audit(['shop.service'])).to.deep.equal([]))

  if (process.platform === 'linux')
    it('is one that systemd takes', () => {
      const verify = (text: string) => {
        const file = join(freshDirectory(), 'shop.service')
        writeFileSync(file, text)
        const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' })
        return { status, said: stdout + stderr }
      }
      const here = replaced(unit, { '/usr/bin/node': process.execPath })
      expect(verify(here)).to.deep.equal({ status: 0, said: '' })
      expect(verify(here.replace('KillMode=mixed', 'KillMode=mixde')).said).to.include('mixde')
    })

  it('starts, reloads and stops as it says', async () => {
    const directory = layOutShop()
    const { SECRET_KEY } = production()
    const secrets = join(directory, 'secret.env')
    writeFileSync(secrets, `SECRET_KEY=${SECRET_KEY}\n`, { mode: 0o600 })
    const state = join(freshDirectory(), setting('StateDirectory'))
    mkdirSync(state, { mode: Number.parseInt(setting('StateDirectoryMode'), 8) })
    const written = Object.fromEntries(
      setting('Environment')
        .split(' ')
        .map((pair) => pair.split('=')),
    )
    const env = { ...written, PORT: String(await freePort()), SESSION_FILE_DIR: join(state, 'sessions') }
    expect(written.SESSION_FILE_DIR).to.equal(`/var/lib/${setting('StateDirectory')}/sessions`)
    const words = replaced(setting('ExecStart'), {
      '/usr/bin/node': process.execPath,
      '/etc/shop/secret.env': secrets,
    }).split(' ')
    const serving = startShop([...words, '--workers=2'], directory, env)
    try {
      await serving.says(/Listening on .* with 2 workers/)
      const { cookie } = await serving.get('/')
      expect(cli(['secret', '--rotate', secrets]).code).to.equal(0)
      const reload = spawnSync('sh', ['-ec', setting('ExecReload')], { env: { MAINPID: String(serving.pid) } })
      expect(reload.status).to.equal(0)
      await serving.says(/reloaded 2 workers/, 2)
      expect((await serving.get('/', cookie)).body).to.equal('2 views')
      expect(await serving.stop()).to.equal(0)
      // serve waits 30 s, and two more until it kills.
      expect(Number(setting('TimeoutStopSec'))).to.be.above(32)
    } finally {
      serving.kill()
    }
    writeFileSync(secrets, 'SECRET_KEY=\n')
    const broken = startShop(words, directory, env)
    expect(await broken.ended()).to.equal(Number(setting('RestartPreventExitStatus')))
  })
})
