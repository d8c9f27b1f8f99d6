import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { cli } from '../cli/run.js'
import { runTool } from '../package/user-project.js'
import { projectRoot } from '../project.js'
import { commandsOf, startCommand, startExample } from './started-example.js'
import { fromWorkers, Visitor } from './visitor.js'

interface Answer {
  user: string | null
  mayEdit: boolean
  visits: number
  worker: string
}

const server = 'examples/typescript/server.ts'
const runsTypeScript = Boolean(Reflect.get(process.features, 'typescript'))

describe('the typescript example', function () {
  this.timeout(60_000)
  const compile = () => runTool('typescript/bin/tsc', ['-p', 'examples/typescript'], projectRoot)

  it('compiles, and counts over all workers', async () => {
    expect(commandsOf('typescript')[0]).to.equal('npx tsc -p examples/typescript')
    const { code, output } = compile()
    expect(code, output).to.equal(0)
    await counts(() => startExample('typescript'))
  })

  it('knows no field and no value that nobody declared', () => {
    // Below the project, so that it imports the package by its name.
    const directory = join(projectRoot, 'build/test/examples/typescript-wrong')
    cpSync(join(projectRoot, 'examples/typescript'), directory, { recursive: true })
    const app = join(directory, 'app.ts')
    const source = readFileSync(app, 'utf8')
    writeFileSync(app, source.replace(`role: 'editor'`, `role: 'admin'`).replace('visits = 0', 'vists = 0'))
    const { code, output } = runTool('typescript/bin/tsc', ['-p', directory, '--noEmit'], projectRoot)
    expect(code).not.to.equal(0)
    expect(output).to.include(`'"admin"' is not assignable`).and.to.include(`'vists'`)
  })

  if (runsTypeScript)
    it('runs as it is where Node can', () =>
      counts(() => startCommand(`npx koa-shared-session serve ${server} --workers 4`)))
  else
    it('says what to do where Node cannot run it as it is', () => {
      const { code, err } = cli(['serve', server])
      expect(code).to.equal(2)
      expect(err).to.include('is TypeScript').and.to.include('--import tsx')
    })
})

async function counts(start: () => ReturnType<typeof startExample>): Promise<void> {
  const example = await start()
  const ada = new Visitor(example.address)
  await ada.post('/login')
  const answers = await fromWorkers(4, () => ada.get<Answer>('/'))
  expect(answers.map(({ visits }) => visits)).to.deep.equal(answers.map((_, index) => index + 1))
  expect(answers[0]).to.include({ user: 'ada', mayEdit: true })
  expect(await example.stop()).to.equal(0)
}
