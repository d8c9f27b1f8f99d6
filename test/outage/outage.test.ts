import { expect } from 'chai'
import { eventually } from '../servers/process.js'
import { type Answer, AppProcess } from './app-process.js'
import { type Fault, faults } from './faults.js'
import { onScene } from './scene.js'

const storeTimeout = 1000

describe('What a client sees while Redis is ill (S27)', () => {
  for (const [name, fault] of Object.entries(faults))
    it(`R13 R62 R63 ${name}: ${fault.title}`, function () {
      this.timeout(60_000)
      return onScene(async (scene) => {
        const app = await AppProcess.start('koa-shared-session', scene.gate.url, 20_000)
        try {
          await app.login()
          const { cookie } = app
          await app.login()
          await fault.begin(scene)
          if (name === 'flapping') await flapping(app)
          else await during(app, fault)
          if (name !== 'flapping') await logout(app, fault, cookie)
          await fault.end(scene)
          await eventually('it serves again', async () => (await app.ask('/health')).status === 200)
          await eventually('it writes again', async () => (await app.ask('/change')).status === 200)
          expect((await app.ask('/user')).body, 'the cookie of before').to.equal('ada')
          logsAreFew(app, name)
        } finally {
          await app.stop()
        }
      })
    })
})

async function during(app: AppProcess, fault: Fault): Promise<void> {
  expect((await app.ask('/public', { anonymous: true })).status, 'without a cookie').to.equal(200)
  const paths = ['/user', '/user', '/change', '/user', '/change', '/user']
  for (const path of paths) {
    const answer = await app.ask(path)
    if (path === '/user' && fault.serves === 'reads') expect([answer.status, answer.body]).to.deep.equal([200, 'ada'])
    else refused(answer)
    expect(answer.setCookies).to.deep.equal([])
    expect(answer.ms, 'within twice storeTimeout').to.be.below(2 * storeTimeout)
  }
  await together(app, fault)
  const health = await app.ask('/health')
  expect(health.status).to.equal(fault.serves === 'reads' ? 200 : 503)
  expect(health.body).to.equal(
    fault.serves === 'reads'
      ? '{"status":"ok","sessions":"redis"}'
      : '{"status":"unavailable","sessions":"redis","code":"SESSION_STORE_DOWN"}',
  )
}

/** A logout that cannot be done says so, and takes the cookie back all the same. */
async function logout(app: AppProcess, { ends, serves }: Fault, cookie: string): Promise<void> {
  const { cookie: own } = app
  app.cookie = cookie
  const answer = await app.ask('/logout')
  if (ends) expect((await app.ask('/user')).body).to.equal('nobody')
  app.cookie = own
  if (ends) expect([answer.status, answer.body]).to.deep.equal([200, 'out'])
  else refused(answer)
  // Where not even reading works, nobody knows that the request is a logout.
  expect(answer.setCookies).to.have.length(serves === 'reads' ? 1 : 0)
}

/** Many at once wait no longer than one. */
async function together(app: AppProcess, fault: Fault): Promise<void> {
  const answers = await Promise.all(Array.from({ length: 20 }, () => app.ask('/change')))
  for (const answer of answers) {
    refused(answer)
    expect(answer.ms, fault.title).to.be.below(2 * storeTimeout)
  }
}

/** Any moment may be good or bad: an answer is right or 503, in time, and the cookie stays. */
async function flapping(app: AppProcess): Promise<void> {
  for (let round = 0; round < 40; round += 1) {
    const answer = await app.ask(round % 2 === 0 ? '/user' : '/change')
    if (answer.status === 200) expect(answer.body).to.equal('ada')
    else refused(answer)
    expect(answer.setCookies).to.deep.equal([])
    expect(answer.ms).to.be.below(2 * storeTimeout)
  }
}

function refused(answer: Answer): void {
  const { status, body, retryAfter } = answer
  expect({ status, body, retryAfter }).to.deep.equal({
    status: 503,
    body: 'Service Unavailable. Please try again in a few seconds.',
    retryAfter: '2',
  })
}

/** A line when it goes and a line when it is back, and nothing else but the one at start. */
function logsAreFew({ lines }: AppProcess, name: string): void {
  const [, ...later] = lines
  const down = later.filter((line) => /the session store (does not serve|takes no writes): \S+/.test(line))
  const up = later.filter((line) => /serves again, after \d+ seconds/.test(line))
  expect(later, later.join('\n')).to.have.length(down.length + up.length)
  expect(up).to.have.length(down.length)
  if (name === 'flapping') expect(down.length).to.be.greaterThan(0)
  else expect(down, later.join('\n')).to.have.length(1)
}
