import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect } from 'chai'
import { cli } from '../cli/run.js'
import { freshDirectory } from '../servers/process.js'
import { type Chromium, startChromium, type Tab } from './chromium.js'

describe('the HTML report of migrate, in a browser', function () {
  this.timeout(60_000)
  let chromium: Chromium
  let address: string
  before(async () => {
    const file = join(freshDirectory(), 'report.html')
    expect(cli(['migrate', 'examples/before', '--output', file]).code).to.equal(1)
    address = pathToFileURL(file).href
    chromium = await startChromium()
  })
  after(() => chromium?.close())

  const text = (tab: Tab) => tab.evaluate<string>('document.body.innerText')

  it('opens without an error, and says the verdict, the findings and where they are', async () => {
    const tab = await chromium.open(address)
    const shown = await text(tab)
    for (const part of ['NOT READY', 'SEC02', 'STO02', 'LIF02', 'app.js:8:15', 'memory-store.js:3'])
      expect(shown).to.include(part)
    expect(tab.errors).to.deep.equal([])
  })

  it('loads nothing from anywhere', async () => {
    const tab = await chromium.open(address)
    expect(await tab.evaluate(`performance.getEntriesByType('resource').length`)).to.equal(0)
  })

  it('leads from the list of steps to each step', async () => {
    const tab = await chromium.open(address)
    const targets = await tab.evaluate<string[]>(`[...document.querySelectorAll('a[href^="#"]')].map((a) => a.hash)`)
    expect(targets).to.have.length.above(4)
    for (const target of targets)
      expect(await tab.evaluate(`document.getElementById('${target.slice(1)}') !== null`), target).to.equal(true)
  })

  for (const width of [360, 1200])
    it(`fits a window of ${width} pixels without a sideways scroll`, async () => {
      const tab = await chromium.open(address, { width, height: 800 })
      expect(await tab.evaluate('document.documentElement.scrollWidth')).to.be.at.most(width)
    })

  it('can be read in the dark: its text is lighter than its ground', async () => {
    const tab = await chromium.open(address)
    await tab.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: 'dark' }] })
    const light = (property: string) =>
      tab.evaluate<number>(
        `getComputedStyle(document.body).${property}.match(/[\\d.]+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0)`,
      )
    expect(await light('color')).to.be.above(await light('backgroundColor'))
  })
})
