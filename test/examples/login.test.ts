import { expect } from 'chai'
import { type Chromium, startChromium, type Tab } from '../browser/chromium.js'
import { type StartedExample, startExample } from './started-example.js'

describe('the login example, in a browser', function () {
  this.timeout(60_000)
  let example: StartedExample
  let chromium: Chromium
  before(async () => {
    example = await startExample('login')
    chromium = await startChromium()
  })
  after(async () => {
    await chromium?.close()
    expect(await example?.stop()).to.equal(0)
  })

  it('knows the name and counts on, whichever worker answers', async () => {
    const tab = await chromium.open(example.address)
    await tab.evaluate(`document.querySelector('input').value = 'Ada <3'`)
    await press(tab, 'Log in', `document.querySelector('#user')?.textContent === 'Ada <3'`)
    const workers = new Set<string>()
    for (let clicks = 1; workers.size < 4; clicks += 1) {
      expect(clicks, 'clicks until all workers have answered').to.be.below(100)
      await press(tab, 'Count', `document.querySelector('#clicks')?.textContent === '${clicks}'`)
      await leave(tab, 'location.reload()')
      expect(await tab.evaluate(`document.querySelector('#clicks').textContent`)).to.equal(String(clicks))
      workers.add(await tab.evaluate<string>(`document.querySelector('#worker').textContent`))
    }
    await press(tab, 'Log out', `document.querySelector('h1')?.textContent === 'Who are you?'`)
    expect(tab.errors).to.deep.equal([])
  })
})

/** Presses the button of this name, and waits until the page that comes says so. */
async function press(tab: Tab, name: string, shows: string): Promise<void> {
  await leave(tab, `[...document.querySelectorAll('button')].find((each) => each.textContent === '${name}').click()`)
  expect(await tab.evaluate(shows), shows).to.equal(true)
}

/** Does what leads away from a page, and waits for the next one. */
async function leave(tab: Tab, act: string): Promise<void> {
  await tab.evaluate(`document.left = true; ${act}`)
  await tab.until(`!document.left && document.readyState === 'complete'`)
}
