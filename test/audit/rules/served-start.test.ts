import { expect } from 'chai'
import { audited, filesAfter, only } from '../audited.js'

type Files = Readonly<Record<string, string>>

const manifest = `${JSON.stringify({ scripts: { start: 'node app.js' }, dependencies: { koa: '3' } })}\n`
const app = (lines: string): Files => ({
  'package.json': manifest,
  'app.js': `const Koa = require('koa')\nconst app = new Koa()\n${lines}\napp.listen(3000)\n`,
})
const key = (name: string) => `if (!process.env.${name}) throw new Error('no key')\napp.keys = [process.env.${name}]\n`
const koaSession = "app.use(require('koa-session')(app))"
const inMemory = (library: string, options = '') => `app.use(require('${library}')(${options}))`
const plain = 'koa-shared-session serve app.js'

/** The start command that the patch, and a round of `--write --unsafe`, leave. */
async function startOf(files: Files, rules = /./): Promise<{ written: string; patched: boolean; later: string[] }> {
  const plan = await audited(files, only(rules))
  const { scripts } = JSON.parse(filesAfter(files, plan)['package.json'] ?? '')
  const { text, postponed } = plan.report.patch
  return { written: scripts.start, patched: /^\+.*serve app\.js/m.test(text), later: postponed.map(({ id }) => id) }
}

describe('the start command becomes serve', () => {
  const cases: Record<string, [files: Files, start: string]> = {
    'with the store that loses logins replaced': [app(key('SECRET_KEY') + inMemory('koa-generic-session')), plain],
    'not over a store in memory that no machine replaces': [
      app(key('SECRET_KEY') + inMemory('koa-session-minimal', '{ ours: 1 }')),
      'node app.js',
    ],
    'not where the store is not decidable': [
      app(`${key('SECRET_KEY')}app.use(require('koa-session')({ store: require('@acme/store') }, app))`),
      'node app.js',
    ],
    'not over a login that each process keeps for itself': [
      app(
        "const users = {}\napp.use((ctx) => {\n  if (ctx.path === '/login') users[ctx.cookies.get('sid')] = ctx.query.user\n  else if (!users[ctx.cookies.get('sid')]) ctx.throw(401)\n})",
      ),
      'node app.js',
    ],
    'and asks for no SECRET_KEY where no session is': [app(''), `${plain} --own-sessions`],
    'nor where the app signs with another key': [app(key('COOKIE_KEY') + koaSession), `${plain} --own-sessions`],
    'nor where sharedSession() is given another': [
      app("app.use(require('koa-shared-session').sharedSession({ keys: [process.env.COOKIE_KEY] }))"),
      `${plain} --own-sessions`,
    ],
    'nor where the app itself reads it from a file': [
      { ...app(key('SECRET_KEY') + koaSession), '.env': 'SECRET_KEY=Jc83kd-0dkeW-93kdlsQ-Jc83kd-0dkeW-93kdlsQ\n' },
      `${plain} --own-sessions`,
    ],
    'with SECRET_KEY where sharedSession() takes it': [
      app("app.use(require('koa-shared-session').sharedSession())"),
      plain,
    ],
  }
  for (const [name, [files, start]] of Object.entries(cases))
    it(name, async () => {
      const { written, patched } = await startOf(files)
      expect(written).to.equal(start)
      expect(patched).to.equal(start !== 'node app.js')
    })

  it('not without the change of the store, where only this one is asked for', async () => {
    const { written, patched, later } = await startOf(app(key('SECRET_KEY') + inMemory('koa-generic-session')), /^PRC/)
    expect(written).to.equal('node app.js')
    expect(patched).to.equal(false)
    expect(later).to.deep.equal(['PRC01'])
  })

  it('not in a patch from which the change of the store is left out', async () => {
    const secret = 'Jc83kd-0dkeW-93kdlsQ-Jc83kd'
    const files = app(`${key('SECRET_KEY')}const password = '${secret}'\n${inMemory('koa-generic-session')}`)
    const { written, patched, later } = await startOf(files)
    expect(written).to.equal(plain)
    expect(patched).to.equal(false)
    expect(later).to.include('PRC01')
  })

  it('nor in a container', async () => {
    const docker = { Dockerfile: 'FROM node:22\nENV NODE_ENV=production\nCMD ["npm", "start"]\n' }
    const after = async (files: Files) =>
      filesAfter(files, await audited(files))
        .Dockerfile?.trim()
        .split('\n')
        .at(-1)
    expect(
      await after({ ...app(key('SECRET_KEY') + inMemory('koa-session-minimal', '{ ours: 1 }')), ...docker }),
    ).to.equal('CMD ["node", "app.js"]')
    expect(await after({ ...app(key('COOKIE_KEY') + koaSession), ...docker })).to.equal(
      'CMD ["node_modules/.bin/koa-shared-session", "serve", "app.js", "--own-sessions"]',
    )
  })
})
