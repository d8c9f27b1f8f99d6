import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect } from 'chai'
import { shop } from '../package/audited-files.js'
import { commonJs, modules, roundTrip, served } from '../package/user-files.js'
import { installInto, koas, type Outcome, pack, put, runNode } from '../package/user-project.js'
import { eventually, freePort, freshDirectory } from '../servers/process.js'
import { nodeProgram } from './node-program.js'

/** The two ends of the range in package.json, and what is new. */
const versions = ['20.19.0', '22.12.0', '24', 'latest']

describe('the package, packed and installed', function () {
  this.timeout(120_000)
  let project: string
  before(() => {
    project = installInto([pack().path, ...Object.values(koas)])
  })

  for (const version of versions)
    describe(`under Node ${version}`, () => {
      let node: string
      before(() => {
        node = nodeProgram(version)
        const { output } = runNode(['--version'], project, {}, node)
        if (version !== 'latest') expect(output).to.match(new RegExp(`^v${version}\\b`))
      })
      const run = (args: string[], env: Record<string, string> = {}): Outcome => runNode(args, project, env, node)
      const program = () => join(project, 'node_modules/koa-shared-session/dist/bin/koa-shared-session.js')
      const file = (name: string, source: string) => join(put(project, 'apps', { [name]: source }), name)

      for (const [how, name, source] of [
        ['an ES module', 'modules.js', modules],
        ['with require()', 'common.cjs', commonJs],
      ] as const)
        it(`loads ${how}`, () => {
          const { code, output } = run([file(name, source)])
          expect(code, output).to.equal(0)
          // Node 22.12 itself says of every require() of an ES module that it is experimental.
          expect(output.replace(/^.*ExperimentalWarning: CommonJS module .*$/m, ''))
            .to.include('function')
            .and.not.match(/warning:/i)
        })

      for (const koa of Object.keys(koas))
        it(`logs in under ${koa}`, () => {
          const { code, output } = run([file('round-trip.js', roundTrip), koa], { SESSION_FILE_DIR: sessions() })
          expect(code, output).to.equal(0)
          expect(output).to.match(/^nobody ada$/m)
        })

      it('makes a key, audits, looks at a set-up and counts sessions', () => {
        const app = put(project, 'shop', shop)
        const env = { SESSION_FILE_DIR: sessions() }
        expect(run([program(), 'secret']).output).to.match(/^[\w-]{43}\n$/)
        expect(run([program(), 'migrate', app, '--format', 'json']).code).to.equal(1)
        expect(run([file('round-trip.js', roundTrip), 'koa-3'], env).code).to.equal(0)
        expect(run([program(), 'sessions', 'count'], env).output).to.match(/^1 session/m)
        const { code, output } = run([program(), 'doctor', app, '--format', 'json'], env)
        expect(JSON.parse(output).apps, output).to.have.length(1)
        expect(code).to.be.oneOf([0, 1])
      })

      it('serves an app in two workers', async () => {
        const port = await freePort()
        const args = [program(), 'serve', file('served.js', served), '--workers', '2']
        const env = { PATH: process.env.PATH, PORT: String(port), SESSION_FILE_DIR: sessions() }
        const child = spawn(node, args, { cwd: project, env, stdio: 'ignore' })
        try {
          await keepsSession(`http://127.0.0.1:${port}`)
          expect(await stopped(child)).to.equal(0)
        } finally {
          child.kill('SIGKILL')
        }
      })
    })

  it('says under Node 18 which one it needs', () => {
    const program = join(project, 'node_modules/koa-shared-session/dist/bin/koa-shared-session.js')
    const { code, output } = runNode([program, 'serve', 'app.js'], project, {}, nodeProgram('18'))
    expect(code, output).to.equal(2)
    expect(output).to.match(/^koa-shared-session: This is Node 18\.\S+, and koa-shared-session needs 20\.19 or later/)
  })
})

const sessions = () => `${freshDirectory()}/sessions`

/** One visitor, until both workers have answered: no request begins a session anew. */
async function keepsSession(address: string): Promise<void> {
  const first = await eventually('serve answers', () => fetch(address))
  const cookie = first.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const workers = new Set<string>()
  for (let views = 2; workers.size < 2; views += 1) {
    const response = await fetch(address, { headers: { cookie, connection: 'close' } })
    const answer = (await response.json()) as { views: number; worker: string }
    expect(answer).to.include({ views })
    workers.add(answer.worker)
  }
}

async function stopped(child: ChildProcess): Promise<number | null> {
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const [code] = await ended
  return code
}
