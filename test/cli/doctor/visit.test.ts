import { writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import { layOutShop, production, startShop } from '../../docs/deploy/shop.js'
import { freePort, freshDirectory } from '../../servers/process.js'
import { diagnose, longestRun, ourApp, strongKey } from '../doctor-run.js'
import { directoryOf } from '../migrate-world.js'

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void

/** What the made-up app was asked, and a server that answers as it is told to. */
async function withApp<T>(handle: Handler, use: (url: string, asked: IncomingMessage[]) => Promise<T>): Promise<T> {
  const asked: IncomingMessage[] = []
  const server = createServer(async (request, response) => {
    asked.push(request)
    handle(request, response, await text(request))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

const cookie = 'sid=a-secret-session-id'
const attributes = '; Path=/; HttpOnly; Secure; SameSite=Lax'

/** Logs in by POST, and knows the cookie on every request for which `knows` says so. */
const app = (knows: (nth: number) => boolean, shown = (user: string) => `<p>${user}</p>`): Handler =>
  (() => {
    let nth = 0
    return (request, response) => {
      if (request.url === '/login') {
        response.writeHead(302, { location: '/', 'set-cookie': `${cookie}${attributes}`, 'cache-control': 'no-store' })
        return response.end()
      }
      const isIn = request.headers.cookie === cookie && knows(nth++)
      return response.end(shown(isIn ? 'ada' : 'stranger'))
    }
  })()

describe('doctor --url', function () {
  this.timeout(60_000)
  const shop = directoryOf(ourApp)
  const env = { NODE_ENV: 'production', SECRET_KEY: strongKey, SESSION_FILE_DIR: join(freshDirectory(), 'sessions') }
  const ask = (url: string, words: string[] = ['--login', 'POST /login user=ada&password=pa55word']) =>
    diagnose(shop, ['--skip', 'DOC18', '--url', url, ...words], env)

  it('counts the requests that know the login, and shows no cookie', () =>
    withApp(
      app((nth) => nth % 4 === 0),
      async (url, asked) => {
        const { code, ids, app: report, out } = await ask(url)
        expect(ids, out).to.deep.equal(['DOC21'])
        expect(code).to.equal(1)
        expect(report.live?.visit).to.include({ asked: 100, answered: 100, loggedIn: 25, uncached: true })
        expect(report.verdict).to.include({ sessions: 'breaks', visibility: 0.25 })
        expect(report.live?.visit?.login).to.deep.equal({ request: 'POST /login', status: 302, said: null })
        expect(out).not.to.include('a-secret-session-id').and.not.to.include('pa55word')
        expect(new Set(asked.map(({ socket }) => socket)).size, 'connections').to.equal(asked.length)
        expect(asked.filter(({ headers }) => headers.cookie === cookie)).to.have.length(100)
      },
    ))

  it('is less sure where it has to tell by the difference, and says so', () =>
    withApp(
      app((nth) => nth % 4 === 0),
      async (url) => {
        const login = ['--login', 'POST /login user=ada']
        const guessed = await ask(url, login)
        expect(guessed.app.live?.visit?.toldBy).to.equal('difference')
        expect(guessed.app.findings.map(({ confidence }) => confidence)).to.deep.equal(['medium'])
        const sure = await ask(url, [...login, '--expect', 'ada', '--min-confidence', 'high'])
        expect(sure.app.live?.visit?.toldBy).to.equal('text')
        expect(sure.ids).to.deep.equal(['DOC21'])
        const left = await ask(url, [...login, '--min-confidence', 'high'])
        expect([left.code, left.app.unsure, ...left.ids]).to.deep.equal([0, 1])
      },
    ))

  it('is content where all know it', () =>
    withApp(
      app(() => true),
      async (url) => {
        const { code, ids, app: report } = await ask(url)
        expect([code, ...ids]).to.deep.equal([0])
        expect(report.verdict).to.include({ sessions: 'ready', visibility: 1 })
        expect(report.verdict.why).to.include('100 of 100')
      },
    ))

  it('sends a body as a form or as JSON, and headers as told', () =>
    withApp(
      (request, response, body) => {
        if (request.url !== '/api/login') return response.end(request.headers.cookie ? 'in' : 'out')
        const isRight = body === '{"user":"ada"}' && request.headers['content-type'] === 'application/json'
        response.writeHead(isRight && request.headers['x-forwarded-proto'] === 'https' ? 200 : 400, {
          'set-cookie': `${cookie}${attributes}`,
          'cache-control': 'no-store',
        })
        return response.end()
      },
      async (url) => {
        const file = join(freshDirectory(), 'login')
        writeFileSync(file, 'PUT /api/login {"user":"ada"}\n')
        const { ids } = await ask(url, ['--login', `@${file}`, '--header', 'X-Forwarded-Proto: https'])
        expect(ids).to.deep.equal([])
      },
    ))

  it('takes the cookies of a login that is there', () =>
    withApp(
      app(() => true),
      async (url) => {
        const { ids, app: report } = await ask(url, ['--cookie', cookie, '--requests', '7', '--expect', 'ada'])
        expect(ids).to.deep.equal([])
        expect(report.live?.visit).to.deep.include({ login: null, asked: 7, loggedIn: 7, uncached: null })
      },
    ))

  it('says that a login failed', () =>
    withApp(
      (_request, response) => response.writeHead(401).end(),
      async (url) => {
        const { ids, app: report } = await ask(url)
        expect(ids).to.deep.equal(['DOC22'])
        expect(report.findings[0]?.title).to.include('401')
      },
    ))

  it('does not guess where the page looks the same to all', () =>
    withApp(
      app(
        () => true,
        () => 'welcome',
      ),
      async (url) => {
        const { ids, app: report } = await ask(url)
        expect(ids).to.deep.equal([])
        expect(report.live?.visit).to.include({ loggedIn: null })
        expect(report.notLooked.map(({ what }) => what)).to.include('whether the login is seen')
      },
    ))

  it('knows a stranger by the redirection to the login, whatever it carries', () =>
    withApp(
      (request, response) => {
        if (request.url === '/login') response.setHeader('set-cookie', `${cookie}${attributes}`)
        else response.writeHead(302, { location: `/login?state=${Math.random()}` })
        return response.end()
      },
      async (url) => {
        const { app: report } = await ask(url)
        expect(report.live?.visit?.loggedIn).to.equal(null)
      },
    ))

  it('tells workers apart by a header, by a pid in the page, or as told', () =>
    withApp(
      (request, response) => {
        const turn = (Number(request.socket.remotePort) % 3) + 1
        if (request.url === '/login') response.setHeader('set-cookie', `${cookie}${attributes}`)
        response.setHeader('cache-control', 'no-store')
        response.setHeader('x-request-id', String(Math.random()))
        response.setHeader('served', `host-${turn}`)
        return response.end(request.headers.cookie ? 'in, pid 77' : 'out, pid 77')
      },
      async (url) => {
        const words = ['--login', 'POST /login a=b']
        expect((await ask(url, words)).app.live?.visit?.workers).to.deep.equal({ count: 1, by: '"pid" in the page' })
        const told = await ask(url, [...words, '--worker', 'Served'])
        expect(told.app.live?.visit?.workers?.count).to.be.within(2, 3)
        const pattern = await ask(url, [...words, '--worker', '/pid (\\d+)/'])
        expect(pattern.app.live?.visit?.workers?.count).to.equal(1)
      },
    ))

  it('tells the workers of serve apart where the page does not', async () => {
    const words = ['node', 'node_modules/koa-shared-session/dist/bin/koa-shared-session.js', 'serve', 'server.js']
    const started = { ...production(), PORT: String(await freePort()) }
    const serving = startShop([...words, '--workers=3', '--worker-header'], layOutShop(), started)
    try {
      await serving.says(/with 3 workers/)
      const { app: report } = await ask(`http://127.0.0.1:${serving.port}`, ['--login', 'GET /'])
      expect(report.live?.visit?.workers).to.deep.equal({ count: 3, by: 'the header x-worker' })
    } finally {
      serving.kill()
    }
  })

  it('judges the cookie as it was sent', () =>
    withApp(
      (request, response) => {
        if (request.url === '/login')
          response.setHeader('set-cookie', [
            'koa.sess=x; Path=/',
            'koa.sess.sig=y; HttpOnly; Secure; SameSite=None',
            'theme=dark',
          ])
        return response.end(request.headers.cookie === 'koa.sess=x; koa.sess.sig=y; theme=dark' ? 'in' : 'out')
      },
      async (url) => {
        const { ids, app: report } = await ask(url)
        expect(ids).to.deep.equal(['DOC23', 'DOC23', 'DOC23', 'DOC24'])
        expect(report.findings.map(({ title }) => title).join()).to.match(/koa\.sess is sent without HttpOnly/)
        expect(report.live?.visit?.cookies.map(({ name, session }) => [name, session])).to.deep.equal([
          ['koa.sess', true],
          ['koa.sess.sig', true],
          ['theme', false],
        ])
      },
    ))

  it('ends in time where the app takes connections and says nothing', () =>
    withApp(
      () => {},
      async (url) => {
        const { ids, took } = await ask(url)
        expect(ids).to.deep.equal(['DOC22'])
        expect(took).to.be.below(longestRun)
      },
    ))

  it('ends in time where the app falls silent after the login', () =>
    withApp(
      (request, response) => {
        if (request.url !== '/login') return
        response.setHeader('set-cookie', `${cookie}${attributes}`)
        response.end()
      },
      async (url) => {
        const { took, app: report } = await ask(url)
        expect(report.live?.visit).to.include({ answered: 0 })
        expect(took).to.be.below(longestRun)
      },
    ))

  it('where nobody listens', async () => {
    const { ids, app: report } = await ask('http://127.0.0.1:1')
    expect(ids).to.deep.equal(['DOC22'])
    expect(report.findings[0]?.title).to.include('ECONNREFUSED')
  })
})
