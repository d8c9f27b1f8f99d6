import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import { cli } from '../cli/run.js'
import { projectRoot } from '../project.js'
import { makeCertificate } from '../servers/certificate.js'
import { eventually, freePort, freshDirectory } from '../servers/process.js'
import { commandsOf, type StartedExample, startExample } from './started-example.js'

interface Answer {
  views: number
  worker: string
  secure: boolean
  host: string
  ip: string
  setCookie: string | undefined
}

describe('the behind-nginx example', function () {
  this.timeout(60_000)
  let nginx: ChildProcess
  let example: StartedExample
  let port: number
  let ca: string
  before(async () => {
    const certificates = freshDirectory()
    ca = (await makeCertificate(certificates)).cert
    example = await startExample('behind-nginx')
    port = await freePort()
    const env = { PORT: new URL(example.address).port, TLS_PORT: String(port), CERTIFICATES: certificates }
    nginx = await startNginx(env)
    await eventually('nginx serves', () => ask({ port, ca }))
  })
  after(async () => {
    const ended = nginx && once(nginx, 'close')
    nginx?.kill('SIGTERM')
    await ended
    expect(await example?.stop()).to.equal(0)
  })

  it('keeps one session over all workers, in a cookie that only HTTPS has', async () => {
    const { setCookie = '' } = await ask({ port, ca })
    expect(setCookie)
      .to.match(/^__Host-session=/)
      .and.to.match(/; secure/i)
    const cookie = setCookie.split(';')[0] ?? ''
    // All at once: nginx keeps a connection to the app, so one visitor after the other would meet one worker.
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask({ port, ca, headers: { cookie } })))
    const views = answers.map((answer) => answer.views).sort((one, other) => one - other)
    expect(views).to.deep.equal(views.map((_, index) => index + 2))
    expect(new Set(answers.map(({ worker }) => worker)).size).to.be.above(1)
    expect(example.output).not.to.include('app.proxy')
  })

  it('tells the app what the visitor asked for, whatever else he says', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'http', 'x-forwarded-host': 'elsewhere' }
    const { secure, host, ip } = await ask({ port, ca, headers })
    expect({ secure, ip }).to.deep.equal({ secure: true, ip: '127.0.0.1' })
    expect(host).to.equal(`localhost:${port}`)
  })

  it('has nothing in it that the audit finds wrong', () => {
    const { code, out } = cli(['migrate', 'examples/behind-nginx', '--fail-on', 'warning'])
    expect(code, out).to.equal(0)
  })
})

/** Runs the example's own script. */
async function startNginx(env: Record<string, string>): Promise<ChildProcess> {
  const command = (commandsOf('behind-nginx')[0] ?? '').replace(/ &$/, '')
  return spawn('sh', ['-c', `exec ${command}`], {
    cwd: projectRoot,
    env: { PATH: process.env.PATH, ...env },
    stdio: 'inherit',
  })
}

interface Question {
  port: number
  ca: string
  headers?: Record<string, string>
}

async function ask({ port, ca, headers = {} }: Question): Promise<Answer> {
  const call = request({ host: 'localhost', port, ca, headers, agent: false }).end()
  const [response] = (await once(call, 'response')) as [IncomingMessage]
  return { ...JSON.parse(await text(response)), setCookie: response.headers['set-cookie']?.[0] }
}
