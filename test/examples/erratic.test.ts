import { expect } from 'chai'
import { type Chromium, startChromium, type Tab } from '../browser/chromium.js'
import { type StartedExample, startExample } from './started-example.js'

describe('the erratic example, in a browser', function () {
  this.timeout(60_000)
  let example: StartedExample
  let chromium: Chromium
  before(async () => {
    example = await startExample('erratic')
    chromium = await startChromium()
  })
  after(async () => {
    await chromium?.close()
    expect(await example?.stop()).to.equal(0)
  })

  it('in memory, only the worker of the login knows the user', async () => {
    const lanes = await afterRefreshes(await chromium.open(example.address))
    expect(lanes).to.have.length(4)
    const known = lanes.filter((lane) => lane.some(Boolean))
    expect(known).to.have.length(1)
    expect(known.flat()).not.to.include(false)
  })

  it('with sharedSession(), every worker does', async () => {
    const tab = await chromium.open(example.address)
    await tab.click('input[value=shared] + span')
    const lanes = await afterRefreshes(tab)
    expect(lanes).to.have.length(4)
    expect(lanes.flat()).not.to.include(false)
    expect(await tab.evaluate('score.textContent')).to.equal('40 of 40 refreshes knew you')
  })

  it('says so where no server answers any more', async () => {
    const tab = await chromium.open(example.address)
    await tab.evaluate(`window.fetch = () => Promise.reject(new Error('gone'))`)
    await tab.click('#run')
    await tab.until(`score.textContent === 'No answer: gone'`)
  })
})

/** Presses the button, and answers for each worker which of its answers knew the user. */
async function afterRefreshes(tab: Tab): Promise<boolean[][]> {
  await tab.click('#run')
  await tab.until(`document.querySelectorAll('#lanes li').length === 40 && !document.querySelector('#run').disabled`)
  expect(tab.errors).to.deep.equal([])
  return tab.evaluate(
    `[...lanes.children].map((lane) => [...lane.querySelectorAll('li')].map((square) => square.classList.contains('known')))`,
  )
}
