import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { cli } from '../cli/run.js'
import { projectRoot } from '../project.js'
import { commandsOf, type StartedExample, startExample } from './started-example.js'
import { Visitor } from './visitor.js'

interface Answer {
  user: string | null
  views: number
}

const examples = join(projectRoot, 'examples/from-flask')
const page = readFileSync(join(projectRoot, 'docs/from/flask.md'), 'utf8')

describe('the from-flask example', function () {
  this.timeout(60_000)

  describe('before', () => {
    it('is read by migrate as it is', () => {
      expect(commandsOf('from-flask')[0]).to.equal('npx koa-shared-session migrate examples/from-flask/before')
      const { out } = cli(['migrate', 'examples/from-flask/before', '--format', 'json', '--fail-on', 'never'])
      const [app] = JSON.parse(out).apps
      expect(app.framework.name).to.equal('flask')
      expect(app.store).to.deep.include({ kind: 'file', shared: true })
      expect([app.processes.count, app.threads.count]).to.deep.equal([4, 2])
      expect(app.verdict.sessions).to.equal('ready')
    })

    it('is told nothing of modules, and to share no store that is shared', () => {
      const { out } = cli(['migrate', 'examples/from-flask/before'])
      expect(out)
        .to.match(/^app · flask ==3\.1\.0 · /m)
        .and.not.include('Give flask-session')
    })

    for (const [file, pattern] of [
      ['before/app.py', /app\.config\["(\w+)"\]/g],
      ['before/gunicorn.conf.py', /^(\w+) =/gm],
      ['after/settings.env', /^(\w+)=/gm],
    ] as const)
      it(`docs/from/flask.md explains every setting of ${file}`, () => {
        const names = [...readFileSync(join(examples, file), 'utf8').matchAll(pattern)].map(([, name = '']) => name)
        expect(names).to.have.length.above(5)
        for (const name of names) expect(page).to.include(`\`${name}\``)
      })
  })

  describe('after', () => {
    let example: StartedExample
    before(async () => {
      example = await startExample('from-flask')
    })
    after(async () => expect(await example?.stop()).to.equal(0))

    it('logs in, counts and logs out, with the settings of the Flask app', async () => {
      const visitor = new Visitor(example.address)
      const response = await visitor.post('/login')
      expect(response.headers.getSetCookie()[0])
        .to.match(/^shop=/)
        .and.to.match(/; secure/i)
        .and.to.match(/; expires=/i)
      for (let views = 1; views <= 8; views += 1)
        expect(await visitor.get<Answer>('/')).to.deep.equal({ user: 'ada', views })
      await visitor.post('/logout')
      expect(await visitor.get<Answer>('/')).to.deep.equal({ user: null, views: 1 })
    })
  })
})
