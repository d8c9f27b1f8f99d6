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

  describe('that lies beside the app and was not handed over', () => {
    const sessions = join(freshDirectory(), 'sessions')
    const key = 'Vd7Rk2mXq9Ls4TzB8nWc6HyP1gJf5UaE3oMiKt0xQv'
    const place = (text: string) => {
      const here = freshDirectory()
      mkdirSync(sessions, { mode: 0o700, recursive: true })
      writeFileSync(join(here, '.env'), text)
      writeFileSync(join(here, 'server.js'), '')
      return here
    }
    const said = /\.env sets SECRET_KEY, REDIS_URL, and was not handed over, .*--settings \.env/
    const ours = place(`SECRET_KEY=${key}\nREDIS_URL=redis://127.0.0.1:1\nNODE_ENV=production\nPORT=3000\n`)

    it('sessions says that it does not count, beside the answer', () => {
      const { code, out, err } = cli(['sessions', 'count'], { cwd: ours, env: { SESSION_FILE_DIR: sessions } })
      expect([code, out]).to.deep.equal([0, `0 sessions (${sessions})\n`])
      expect(err).to.match(said).and.not.include(key)
    })

    it('serve says so, before it refuses to start without a key', () => {
      const env = { NODE_ENV: 'production', SESSION_FILE_DIR: sessions }
      const { code, err } = cli(['serve', 'server.js'], { cwd: ours, env })
      expect(code).to.equal(2)
      expect(err)
        .to.match(said)
        .and.match(/SECRET_KEY is not set/)
        .and.not.include(key)
    })

    it('nothing is said of a file that was handed over, of variables that are set already, and of those of others', () => {
      const set = { SESSION_FILE_DIR: sessions, SECRET_KEY: key, REDIS_URL: '' }
      for (const [words, cwd, env] of [
        [['--settings', '.env'], ours, { SESSION_STORE: 'file', SESSION_FILE_DIR: sessions }],
        [[], ours, set],
        [[], place('PORT=3000\nDATABASE_URL=postgres://shop\n'), { SESSION_FILE_DIR: sessions }],
      ] as const)
        expect(cli(['sessions', 'count', ...words], { cwd, env })).to.deep.equal({
          code: 0,
          out: `0 sessions (${sessions})\n`,
          err: '',
        })
    })
  })

  for (const words of [['doctor'], ['serve', 'server.js'], ['sessions', 'count']]) {
    it(`${words[0]}: --settings with a file that is not there is a wrong usage that names it`, () => {
      const { code, err } = cli([...words, '--settings', 'not-there.env'], { cwd: directory })
      expect(code).to.equal(2)
      expect(err).to.match(/not-there\.env cannot be read \(ENOENT\)/)
    })
  }
})
