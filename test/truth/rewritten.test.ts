import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Report } from '../../lib/audit/report.js'
import { cli } from '../cli/run.js'
import { projectRoot } from '../project.js'
import { freshDirectory } from '../servers/process.js'
import { type RedisServer, startRedis } from '../servers/redis.js'
import { install } from './apps.js'
import { apps } from './rewritten.js'
import { measure } from './workers.js'

const key = 'Hd5WsQ9zLm2Xv7KtR4nYc8bJ3FpGaU1eTo6Ri0VkBxN'

/** Every file of the app, by path: what is installed left out. */
function textsOf(directory: string): Record<string, string> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .filter((file) => !/^(node_modules|dist|\.git)\//.test(file))
  return Object.fromEntries(files.sort().map((file) => [file, readFileSync(join(directory, file), 'utf8')]))
}

const write = (directory: string) => cli(['migrate', directory, '--write', '--unsafe', '--fail-on', 'never'])
const reportOf = (directory: string) => JSON.parse(cli(['migrate', directory, '--format', 'json']).out) as Report
const packagesOf = (text = '{}') => {
  const { dependencies = {}, devDependencies = {} } = JSON.parse(text)
  return Object.keys({ ...dependencies, ...devDependencies })
}

describe('an app that migrate --write --unsafe has written', function () {
  this.timeout(120_000)
  let redis: RedisServer
  before(async () => {
    redis = await startRedis()
  })
  after(() => redis.stop())

  for (const [name, { files, entry = 'app.js', env, redis: needsRedis, compile }] of Object.entries(apps))
    describe(name, () => {
      let directory: string
      let after: Record<string, string>
      before(() => {
        directory = install(files, ['koa', '@types', 'typescript'])
        const { code, err } = write(directory)
        expect(code, err).to.equal(0)
        after = textsOf(directory)
      })

      it('loads nothing of the old session any more, and asks for our package', () => {
        const old = /koa-session|koa-generic-session|koa-redis|koa-convert/
        const loaded = Object.entries(after).filter(([, text]) =>
          new RegExp(`(from |require\\()'(${old.source})`).test(text),
        )
        expect(loaded).to.deep.equal([])
        expect(packagesOf(after['package.json'])).to.include('koa-shared-session')
        expect(packagesOf(after['package.json']).filter((each) => old.test(each))).to.deep.equal([])
        const own = Object.keys(JSON.parse(after['package.json'] ?? '').dependencies)
        expect(own).to.deep.equal([...own].sort())
      })

      it('has nothing left to write, and a second run changes no byte', () => {
        const fixable = reportOf(directory).apps.flatMap(({ findings }) =>
          findings.filter(({ fix }) => fix.grade !== 'manual'),
        )
        expect(fixable.map(({ id, title }) => `${id} ${title}`)).to.deep.equal([])
        expect(write(directory).err).to.include('Nothing to write.')
        expect(textsOf(directory)).to.deep.equal(after)
      })

      it('is what git apply makes of --diff, run again until nothing is left', () => {
        const patched = install(files, [])
        const git = (...words: string[]) => execFileSync('git', words, { cwd: patched, stdio: 'pipe' })
        git('init', '--quiet')
        for (
          let patch = cli(['migrate', patched, '--diff']).out;
          patch !== '';
          patch = cli(['migrate', patched, '--diff']).out
        )
          execFileSync('git', ['apply', '-'], { cwd: patched, input: patch, stdio: 'pipe' })
        expect(textsOf(patched)).to.deep.equal(after)
      })

      it('keeps every login in 4 workers', async () => {
        const program = join(directory, entry)
        if (compile)
          execFileSync(process.execPath, [join(projectRoot, 'node_modules/typescript/bin/tsc')], {
            cwd: directory,
            stdio: 'pipe',
          })
        const store = needsRedis ? { SHOP_REDIS: redis.url } : { SESSION_FILE_DIR: join(freshDirectory(), 'sessions') }
        const measured = await measure(program, { SECRET_KEY: key, ...store, ...env })
        expect(measured).to.deep.equal({ seen: 40, asked: 40, workers: 4 })
      })
    })
})
