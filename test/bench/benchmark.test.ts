import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { projectRoot } from '../project.js'
import { benchmark } from './benchmark.js'
import { boundsOf } from './bounds.js'
import { contenders } from './contenders/index.js'
import type { BenchResults } from './results.js'
import { workloads } from './workload.js'
import { keptResults, pagesOf } from './written.js'

const few = {
  rounds: 1,
  seconds: 0.01,
  warmUp: 0.01,
  fewest: 32,
  most: 32,
  stocks: [64],
  expired: 64,
  weighed: 1024,
  anonymous: 100,
}
const names = contenders.map(({ name }) => name)

/** The rows of the table whose head has this cell, by their first cell. */
function rowsUnder(cell: string, page: string): string[] {
  const lines = page.split('\n')
  const head = lines.findIndex((line) => line.startsWith('|') && line.includes(`| ${cell} |`))
  const end = lines.findIndex((line, index) => index > head && !line.startsWith('|'))
  return lines.slice(head + 2, end).map((line) => line.split('|')[1]?.trim() ?? '')
}

describe('The benchmark', function () {
  this.timeout(300_000)
  let results: BenchResults
  before(async () => {
    results = await benchmark(few, () => {})
  })

  it('measures every contender once, in the order of the list', () => {
    expect(results.contenders.map(({ name }) => name)).to.deep.equal(names)
  })

  for (const { name, store } of contenders) {
    const expected = workloads.filter(({ size = 0 }) => store !== 'cookie' || size < 4096)
    it(`measures ${name} under ${expected.length} workloads, each with numbers`, () => {
      const figures = results.contenders.find((each) => each.name === name)?.figures ?? {}
      expect(Object.keys(figures)).to.have.members(expected.map((workload) => workload.name))
      for (const { cpu, above, ratio, p50, p99, perSecond } of Object.values(figures)) {
        expect([cpu, ratio, p50, p99, perSecond].every((value) => value > 0)).to.equal(true)
        expect(Number.isFinite(above)).to.equal(true)
      }
    })
  }

  it('counts the commands of every request in Redis: ours asks nothing without a cookie, reads by one, writes by two', () => {
    const ours = results.contenders.find(({ name }) => name === 'koa-shared-session, Redis')
    const commands = workloads.map(({ name }) => [name, ours?.figures[name]?.commands])
    const expected = workloads.map(({ name, path, size }) => [name, size === undefined ? 0 : path === '/write' ? 2 : 1])
    expect(commands).to.deep.equal(expected)
  })

  it('weighs the sessions of every contender in Redis, and of no other', () => {
    const weighed = results.contenders.filter(({ redisBytes = 0 }) => redisBytes > 0)
    expect(weighed.map(({ name }) => name)).to.deep.equal(
      contenders.flatMap(({ name, store }) => (store === 'redis' ? [name] : [])),
    )
  })

  it('makes a page with a row for every contender', () => {
    const page = pagesOf({ ...keptResults(), bench: results })['benchmarks.md'] ?? ''
    expect(rowsUnder('read 200 B', page)).to.deep.equal(names)
    expect(rowsUnder('process', page)).to.deep.equal(names)
  })

  it('says of every bound whether it was held', () => {
    for (const { what, measured } of boundsOf(results)) expect(Number.isFinite(measured), what).to.equal(true)
  })
})

describe('docs/benchmarks.md', () => {
  for (const [name, text] of Object.entries(pagesOf(keptResults())))
    it(`docs/${name} is what the command writes of docs/benchmarks.json`, () => {
      expect(readFileSync(join(projectRoot, 'docs', name), 'utf8')).to.equal(text)
    })

  it('has a row for every contender', () => {
    const page = readFileSync(join(projectRoot, 'docs/benchmarks.md'), 'utf8')
    expect(rowsUnder('read 200 B', page)).to.deep.equal(names)
  })
})
