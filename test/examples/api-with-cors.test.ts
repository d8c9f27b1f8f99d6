import { expect } from 'chai'
import { type Chromium, startChromium } from '../browser/chromium.js'
import { freePort } from '../servers/process.js'
import { type StartedExample, startExample } from './started-example.js'
import { Visitor } from './visitor.js'

describe('the api-with-cors example', function () {
  this.timeout(60_000)
  let example: StartedExample
  let chromium: Chromium
  let api: string
  let page: string
  before(async () => {
    const [port, pagePort] = [await freePort(), await freePort()]
    api = `http://127.0.0.1:${port}`
    page = `http://localhost:${pagePort}`
    example = await startExample('api-with-cors', { PORT: String(port), PAGE_PORT: String(pagePort) })
    chromium = await startChromium()
  })
  after(async () => {
    await chromium?.close()
    expect(await example?.stop()).to.equal(0)
  })

  it('keeps a login of a page of another site, in a browser and in all workers', async () => {
    const tab = await chromium.open(page)
    const ask = async (button: string, count: number) => {
      await tab.click(`#${button}`)
      await tab.until(`log.children.length === ${count}`)
      return tab.evaluate<string>('log.lastChild.textContent')
    }
    const answers = new Set([await ask('login', 1)])
    for (let count = 2; count < 8; count += 1) answers.add(await ask('me', count))
    expect([...answers].filter((answer) => !/^ada, by worker \d$/.test(answer))).to.deep.equal([])
    expect(answers, 'workers that answered').to.have.length.above(1)
    expect(await ask('logout', 8)).to.match(/^nobody/)
    expect(await ask('me', 9)).to.match(/^nobody/)
    expect(tab.errors).to.deep.equal([])
  })

  it('sets a cookie that browsers send across sites, for each site apart', async () => {
    const response = await new Visitor(api, { origin: page }).post('/login')
    expect(response.headers.getSetCookie()[0]).to.match(/^session=.*SameSite=None.*/i)
    expect(response.headers.getSetCookie()[0])
      .to.match(/; secure/i)
      .and.to.match(/; partitioned/i)
    expect(response.headers.get('access-control-allow-origin')).to.equal(page)
    expect(response.headers.get('access-control-allow-credentials')).to.equal('true')
  })

  it('hides its answers from other sites, and does nothing for them', async () => {
    const stranger = new Visitor(api, { origin: 'https://elsewhere.example' })
    expect((await stranger.ask('/me')).headers.has('access-control-allow-origin')).to.equal(false)
    for (const path of ['/login', '/logout']) expect((await stranger.post(path)).status).to.equal(403)
    expect((await new Visitor(api).post('/login')).status).to.equal(403)
  })
})
