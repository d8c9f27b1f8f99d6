import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { expect } from 'chai'
import { readFlags } from '../../lib/cli/flags.js'
import { serveFlags } from '../../lib/cli/serve/flags.js'
import { sessionsFlags } from '../../lib/cli/sessions/flags.js'
import { startServe } from '../cluster/serving.js'
import { projectRoot } from '../project.js'
import { freshDirectory } from '../servers/process.js'
import { readPages } from './page.js'

const program = join(projectRoot, 'dist/bin/koa-shared-session.js')
const pages = readPages()
const shellBlocks = (path: string) =>
  (pages.find((page) => page.path === path)?.blocks ?? []).filter(({ language }) => language === 'sh')

/** A directory in which `npx koa-shared-session` is this package, and the app of docs/serve.md is `server.js`. */
function workplace(): { directory: string; run(code: string): { code: number | null; output: string } } {
  // Below the project, so that the app finds the package by its name.
  const directory = join(projectRoot, 'build/test/docs/blocks/commands')
  mkdirSync(join(directory, 'bin'), { recursive: true })
  writeFileSync(join(directory, 'bin/npx'), `#!/bin/sh\nshift\nexec "${process.execPath}" "${program}" "$@"\n`)
  chmodSync(join(directory, 'bin/npx'), 0o755)
  const app = pages.find(({ path }) => path === 'docs/serve.md')?.blocks.find(({ file }) => file === 'server.js')
  writeFileSync(join(directory, 'server.js'), app?.code ?? '')
  writeFileSync(join(directory, '.env'), '')
  const sessions = `${freshDirectory()}/sessions`
  mkdirSync(sessions, { mode: 0o700 })
  const env = { PATH: `${join(directory, 'bin')}:${process.env.PATH}`, SESSION_FILE_DIR: sessions }
  return {
    directory,
    run(code) {
      const { status, stdout, stderr } = spawnSync('sh', ['-ec', code], { cwd: directory, env, encoding: 'utf8' })
      return { code: status, output: stdout + stderr }
    },
  }
}

describe('The commands of the docs', () => {
  it('of administer.md and security.md do what the pages say', () => {
    const { directory, run } = workplace()
    for (const block of [...shellBlocks('docs/administer.md'), ...shellBlocks('docs/security.md')]) {
      const { code, output } = run(block.code)
      expect(code, output).to.equal(0)
    }
    const { SECRET_KEY, SECRET_KEY_FALLBACKS } = parseEnv(readFileSync(join(directory, '.env'), 'utf8'))
    expect(SECRET_KEY).to.match(/^[\w-]{43}$/)
    expect(SECRET_KEY_FALLBACKS).to.match(/^[\w-]{43}$/)
  })

  it('that rotate a key and reload serve keep a visitor logged in', async () => {
    const { directory, run } = workplace()
    expect(run('npx koa-shared-session secret --env >> .env').code).to.equal(0)
    const serving = await startServe({
      app: 'server.js',
      cwd: directory,
      flags: ['--settings=.env', '--pid-file=serve.pid'],
    })
    try {
      await serving.says(/Listening on/)
      const { cookie } = await serving.get('/')
      const [block] = shellBlocks('docs/serve.md').filter(({ code }) => code.includes('--rotate'))
      expect(run(block?.code ?? 'false').code).to.equal(0)
      await serving.says(/reloaded 2 workers/, 2)
      expect((await serving.get('/', cookie)).body).to.equal('2 views')
    } finally {
      serving.kill()
    }
  })

  it('have no option that does not exist', () => {
    const lines = pages.flatMap(({ blocks }) => blocks.flatMap(({ code }) => code.split('\n')))
    for (const [name, flags] of Object.entries({ serve: serveFlags, sessions: sessionsFlags })) {
      const called = lines.flatMap((line) => new RegExp(`koa-shared-session ${name} (.*)`).exec(line)?.[1] ?? [])
      expect(called, name).to.have.length.above(2)
      for (const words of called) readFlags(words.split(' '), flags)
    }
  })

  it('name in serve.md what its help names, as far as it needs words', () => {
    const page = readFileSync(join(projectRoot, 'docs/serve.md'), 'utf8')
    for (const [option] of page.matchAll(/--[a-z][a-z-]+/g))
      expect([...serveFlags.map(({ name }) => `--${name}`), '--rotate'], option).to.include(option)
  })
})
