import { expect } from 'chai'
import { audited, filesAfter } from './audited.js'
import { type Files, koaApp } from './collect/small-app.js'

/** What step 1 of the guide asks for, and the files after `--write --unsafe`. */
async function keyStep(files: Files): Promise<{ actions: readonly string[]; after: Files }> {
  const plan = await audited(files, { workers: 4 })
  const [step] = plan.report.apps[0]?.steps ?? []
  return { actions: step?.actions ?? [], after: filesAfter(files, plan) }
}

const command = '`(umask 077 && npx koa-shared-session secret --env >> .env)`'

describe('step 1 of the guide, where the session of today is not signed', () => {
  const unsigned: Record<string, string> = {
    'koa-session-minimal': "app.use(require('koa-session-minimal')())",
    'koa-session2': "app.use(require('koa-session2')({ key: 'SESSIONID' }))",
  }
  for (const [library, line] of Object.entries(unsigned)) {
    it(`${library}: a key is made for the session that takes its place, before and after it is written`, async () => {
      const { actions, after } = await keyStep(koaApp(line))
      expect(actions.join('\n')).to.include(command)
      expect((await keyStep(after)).actions.join('\n')).to.include(command)
    })

    it(`${library}: nothing is asked for where a file sets SECRET_KEY for production`, async () => {
      const { actions } = await keyStep(
        koaApp(line, { '.env.production': 'SECRET_KEY=kLw93dd02zpQnV84mX17rTb6yHs5cJe0\n' }),
      )
      expect(actions.join('\n')).to.not.include('secret --env')
    })
  }

  it('another key that is set does not stand in for the one that sharedSession() takes', async () => {
    const line = "app.keys = [process.env.KEY]\napp.use(require('koa-shared-session').sharedSession())"
    const { actions } = await keyStep(koaApp(line, { '.env.production': 'KEY=kLw93dd02zpQnV84mX17rTb6yHs5cJe0\n' }))
    expect(actions.join('\n')).to.include(command)
  })
})

describe('a key that comes from the environment, where no file here sets it', () => {
  const guarded =
    "if (!process.env.KEY1 || !process.env.KEY2) throw new Error('no keys')\napp.keys = [process.env.KEY1, process.env.KEY2]"
  const bare = 'app.keys = [process.env.KEY1]'
  const made = 'npx koa-shared-session secret --env KEY1 >> .env'

  for (const [name, keys] of Object.entries({ guarded, bare }))
    it(`is made before a command asks for its file: ${name}`, async () => {
      const { report } = await audited(koaApp(`${keys}\napp.use(session({}, app))`), { workers: 4 })
      const [first, , , , start] = report.apps[0]?.steps ?? []
      expect(first?.actions.join('\n')).to.include(`No file here sets KEY1. Make one key`).and.include(made)
      expect(start?.actions.join('\n')).to.include('serve app.js --workers 4 --settings .env')
    })

  it('is not made where a file sets it', async () => {
    const files = koaApp(`${bare}\napp.use(session({}, app))`, { '.env': 'KEY1=kLw93dd02zpQnV84mX17rTb6yHs5cJe0\n' })
    expect((await keyStep(files)).actions.join('\n')).to.not.include('secret --env')
  })
})

describe('step 5 of the guide', () => {
  const start = async (dependencies: object) => {
    const files = koaApp('app.keys = [process.env.KEY]\napp.use(session({}, app))', {
      'package.json': JSON.stringify({ name: 'shop', dependencies }),
    })
    const { report } = await audited(files, { workers: 4 })
    return report.apps[0]?.steps[4]?.actions.join('\n')
  }

  it('installs what starts the workers, where nothing before it did', async () => {
    const session = { koa: '2', 'koa-session': '6' }
    expect(await start(session)).to.include('`npm install koa-shared-session`')
    expect(await start({ ...session, 'koa-shared-session': '1' })).to.not.include('npm install')
  })
})

describe('step 2 of the guide, after the store of the app was replaced', () => {
  const store = `exports.store = { all: new Map(), get(k) { return this.all.get(k) }, set(k, v) { this.all.set(k, v) }, destroy(k) { this.all.delete(k) } }\n`
  const files = koaApp(
    "app.keys = [process.env.KEY]\napp.use(session({ store: require('./session-store').store }, app))",
    {
      'session-store.js': store,
    },
  )
  const actions = async (more: Files) => {
    const before = { ...files, ...more }
    const after = filesAfter(before, await audited(before))
    const { report } = await audited(after, { written: new Set(['app.js', 'package.json']) })
    return report.apps[0]?.steps[1]?.actions.join('\n') ?? ''
  }

  it('names the file that nothing loads any more', async () => {
    expect(await actions({})).to.include('`git rm session-store.js`')
  })

  it('but not where a test still loads it', async () => {
    expect(await actions({ 'test/store.test.js': "require('../session-store')\n" })).to.not.include('git rm')
  })
})

describe('step 2 of the guide, where Koa bridges express-session', () => {
  it('asks for a store of that one, as its finding does, and for nothing that only sharedSession() reads', async () => {
    const line = "app.use(require('koa-connect')(require('express-session')({ secret: process.env.KEY })))"
    const { report } = await audited(koaApp(line), { workers: 4 })
    const actions = report.apps[0]?.steps.flatMap((step) => step.actions).join('\n') ?? ''
    expect(report.apps[0]?.findings.map(({ id }) => id)).to.include('STO01')
    expect(actions)
      .to.include('`connect-redis`')
      .and.not.match(/SESSION_FILE_DIR|Install the store|doctor/)
  })
})
