import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { doctorFlags } from '../../lib/cli/doctor/flags.js'
import { migrateFlags } from '../../lib/cli/migrate/flags.js'
import { serveFlags } from '../../lib/cli/serve/flags.js'
import { sessionsFlags } from '../../lib/cli/sessions/flags.js'
import { freshDirectory } from '../servers/process.js'
import { cli } from './run.js'

describe('The file with the settings of the app', () => {
  let directory: string
  before(() => {
    directory = freshDirectory()
    writeFileSync(join(directory, '.env'), 'PORT=3000\n')
    writeFileSync(join(directory, 'server.js'), '')
    writeFileSync(join(directory, 'echo.mjs'), 'console.log(JSON.stringify(process.argv.slice(2)))')
  })

  it('no option of ours is one that Node takes for itself after the program', () => {
    const flags = [...doctorFlags, ...migrateFlags, ...serveFlags, ...sessionsFlags]
    const words = flags.flatMap(({ name }) => [`--${name}`, 'not-there'])
    const { status, stdout } = spawnSync(process.execPath, [join(directory, 'echo.mjs'), ...words], {
      encoding: 'utf8',
    })
    expect([status, stdout]).to.deep.equal([0, `${JSON.stringify(words)}\n`])
  })

  for (const words of [['migrate'], ['doctor'], ['serve', 'server.js'], ['sessions', 'count']]) {
    it(`${words[0]}: --env-file names the option that is meant`, () => {
      const { code, err } = cli([...words, '--env-file', '.env'], { cwd: directory })
      expect([code, err]).to.deep.equal([
        2,
        'koa-shared-session: There is no option --env-file. Did you mean --settings <file>?\n',
      ])
    })
  }

  it('may begin with the mark of Windows editors (U+FEFF)', () => {
    const sessions = join(directory, 'sessions')
    mkdirSync(sessions, { mode: 0o700 })
    writeFileSync(join(directory, 'marked.env'), `\uFEFFSESSION_FILE_DIR=${sessions}\n`)
    const { out } = cli(['sessions', 'count', '--settings', 'marked.env'], { cwd: directory })
    expect(out).to.equal(`0 sessions (${sessions})\n`)
  })

  for (const words of [['doctor'], ['serve', 'server.js'], ['sessions', 'count']]) {
    it(`${words[0]}: --settings with a file that is not there is a wrong usage that names it`, () => {
      const { code, err } = cli([...words, '--settings', 'not-there.env'], { cwd: directory })
      expect(code).to.equal(2)
      expect(err).to.match(/not-there\.env cannot be read \(ENOENT\)/)
    })
  }
})
