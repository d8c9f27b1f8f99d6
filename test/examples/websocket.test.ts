import { once } from 'node:events'
import { expect } from 'chai'
import { WebSocket } from 'ws'
import { startChromium } from '../browser/chromium.js'
import { type StartedExample, startExample } from './started-example.js'
import { Visitor } from './visitor.js'

describe('the websocket example', function () {
  this.timeout(60_000)
  let example: StartedExample
  before(async () => {
    example = await startExample('websocket')
  })
  after(async () => expect(await example?.stop()).to.equal(0))

  const loggedIn = async () => {
    const visitor = new Visitor(example.address)
    await visitor.post('/login')
    return visitor
  }
  const dial = (cookie: string, origin = example.address) =>
    new WebSocket(example.address.replace('http', 'ws'), { origin, headers: { cookie } })
  const refusal = async (socket: WebSocket) => {
    socket.on('error', () => {})
    const [, response] = await once(socket, 'unexpected-response')
    return response.statusCode
  }

  it('talks to whoever is logged in, in any worker', async () => {
    const { cookie } = await loggedIn()
    const workers = new Set<string>()
    while (workers.size < 4) {
      const socket = dial(cookie)
      await once(socket, 'open')
      socket.send('hello')
      const [[text]] = [await once(socket, 'message')]
      expect(String(text)).to.match(/^worker \d: ada says hello$/)
      workers.add(String(text))
      socket.close()
    }
  })

  it('gives nobody a socket without a login, or from a page of another site', async () => {
    const { cookie } = await loggedIn()
    expect(await refusal(dial(''))).to.equal(401)
    expect(await refusal(dial(cookie, 'https://elsewhere.example'))).to.equal(403)
  })

  it('ends the talk at the first word after a logout', async () => {
    const visitor = await loggedIn()
    const socket = dial(visitor.cookie)
    await once(socket, 'open')
    await visitor.post('/logout')
    socket.send('hello')
    const [code, reason] = await once(socket, 'close')
    expect([code, String(reason)]).to.deep.equal([4401, 'logged out'])
  })

  it('tells open sockets that the worker ends', async () => {
    const other = await startExample('websocket')
    const visitor = new Visitor(other.address)
    await visitor.post('/login')
    const socket = new WebSocket(other.address.replace('http', 'ws'), {
      origin: other.address,
      headers: { cookie: visitor.cookie },
    })
    await once(socket, 'open')
    const closed = once(socket, 'close')
    expect(await other.stop()).to.equal(0)
    expect((await closed)[0]).to.equal(1001)
  })

  it('has a page on which all of it can be seen', async () => {
    const chromium = await startChromium()
    try {
      const tab = await chromium.open(example.address)
      const shown = async (button: string, count: number) => {
        await tab.click(`#${button}`)
        await tab.until(`log.children.length === ${count}`)
        return tab.evaluate<string>('log.lastChild.textContent')
      }
      expect(await shown('connect', 1)).to.equal('closed: 1006')
      expect(await shown('login', 2)).to.match(/: logged in$/)
      expect(await shown('connect', 3)).to.equal('connected')
      expect(await shown('speak', 4)).to.match(/: ada says hello$/)
      expect(await shown('logout', 5)).to.match(/: logged out$/)
      expect(await shown('speak', 6)).to.equal('closed: logged out')
    } finally {
      await chromium.close()
    }
  })
})
