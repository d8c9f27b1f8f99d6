import { join } from 'node:path'
import { expect } from 'chai'
import { diagnose } from '../cli/doctor-run.js'
import { cli } from '../cli/run.js'
import { startServe } from '../cluster/serving.js'
import { freshDirectory } from '../servers/process.js'
import { appFiles, install, keys, stores } from './apps.js'
import { withWorkers } from './workers.js'

const words = (origin: string) => ['--url', origin, '--login', 'POST /login user=ada', '--skip', 'DOC18,DOC04']

describe('doctor before and after', function () {
  this.timeout(60_000)

  it('says 25 of 100 of an app with a memory in each of 4 workers, and 100 of 100 after migrate and serve', async () => {
    const directory = install(appFiles(keys['random per process'], stores['in memory']))
    const before = await withWorkers(join(directory, 'app.js'), {}, (origin) => diagnose(directory, words(origin)))
    expect(before.app.live?.visit).to.deep.include({ asked: 100, loggedIn: 25 })
    expect(before.app.live?.visit?.workers?.count).to.equal(4)
    expect(before.app.verdict).to.include({ sessions: 'breaks', visibility: 0.25 })
    expect(before.ids).to.include('DOC21')
    expect(before.code).to.equal(1)

    const written = cli(['migrate', directory, '--write', '--unsafe', '--fail-on', 'never'])
    expect(written.code, written.err).to.equal(0)
    const env = {
      SECRET_KEY: 'Hd5WsQ9zLm2Xv7KtR4nYc8bJ3FpGaU1eTo6Ri0VkBxN',
      SESSION_FILE_DIR: join(freshDirectory(), 'sessions'),
    }
    const serving = await startServe({ app: join(directory, 'app.js'), flags: ['--workers', '4'], env, cwd: directory })
    try {
      await serving.says(/with 4 workers/)
      const after = await diagnose(directory, words(`http://127.0.0.1:${serving.port}`), env)
      expect(after.app.live?.visit).to.deep.include({ asked: 100, loggedIn: 100 })
      expect(after.app.live?.visit?.workers?.count).to.equal(4)
      expect(after.app.verdict).to.include({ sessions: 'ready', visibility: 1 })
      expect(after.ids, after.out).to.deep.equal([])
      expect(after.code).to.equal(0)
    } finally {
      await serving.stop()
    }
  })
})
