import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { jsonFaults } from '../../report/json-schema.js'
import { freshDirectory } from '../../servers/process.js'
import { diagnose, ourApp, strongKey } from '../doctor-run.js'
import { directoryOf } from '../migrate-world.js'

describe('doctor, on findings that people accepted', function () {
  this.timeout(60_000)
  const env = { NODE_ENV: 'production', SESSION_FILE_DIR: join(freshDirectory(), 'sessions') }
  const settings = 'SECRET_KEY=hunter2\n'
  const keyOf = async (files: Record<string, string>, words: string[] = []) => {
    const directory = directoryOf({ ...ourApp, ...files })
    return diagnose(directory, ['--settings', join(directory, '.env'), '--only', 'DOC03', ...words], env)
  }

  it('by a comment in the file that was handed over', async () => {
    const { code, app } = await keyOf({
      '.env': `# koa-shared-session-ignore DOC03 -- a demo without users\n${settings}`,
    })
    expect(app.findings.map(({ suppressed }) => suppressed)).to.deep.equal([
      { by: 'inline', reason: 'a demo without users' },
    ])
    expect(code).to.equal(0)
  })

  it('by a comment where the app mounts its sessions', async () => {
    const { code, app } = await diagnose(
      directoryOf({
        ...ourApp,
        'app.js': ourApp['app.js'].replace(
          'app.use(sharedSession())',
          'app.use(sharedSession()) // koa-shared-session-ignore secret-key-not-set -- set by the platform',
        ),
      }),
      ['--only', 'DOC02'],
      env,
    )
    expect([code, ...app.findings.map(({ suppressed }) => suppressed?.by)]).to.deep.equal([0, 'inline'])
  })

  it('but not by one that gives no reason, or names another rule', async () => {
    for (const comment of ['# koa-shared-session-ignore DOC03', '# koa-shared-session-ignore DOC04 -- a demo']) {
      const { code, app } = await keyOf({ '.env': `${comment}\n${settings}` })
      expect([code, ...app.findings.map(({ suppressed }) => suppressed)]).to.deep.equal([1, null])
    }
  })

  it('by a baseline, of its own, which is told when it is stale', async () => {
    const directory = directoryOf({ ...ourApp, '.env': settings })
    const words = ['--settings', join(directory, '.env'), '--only', 'DOC03']
    expect((await diagnose(directory, words, env)).code).to.equal(1)
    const first = await diagnose(directory, [...words, '--update-baseline'], env)
    expect(first.code, first.err).to.equal(0)
    expect(readdirSync(directory)).to.include('.koa-shared-session-doctor-baseline.json')
    expect((await diagnose(directory, words, env)).code).to.equal(0)
    writeFileSync(join(directory, '.env'), `SECRET_KEY=${strongKey}\n`)
    const { out } = await diagnose(directory, words, env)
    expect(jsonFaults(JSON.parse(out))).to.deep.equal([])
    expect(JSON.parse(out).baseline.stale).to.have.length(1)
  })

  it('by a baseline that is named, which must be there', async () => {
    const directory = directoryOf({ ...ourApp, '.env': settings })
    const { code, err } = await diagnose(directory, ['--baseline', 'gone.json'], env)
    expect([code, err]).to.deep.equal([
      2,
      'koa-shared-session: There is no baseline "gone.json"; --update-baseline writes one.\n',
    ])
  })
})
