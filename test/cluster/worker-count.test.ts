import { expect } from 'chai'
import { type WorkerWish, workerCount, workersInMemory, workerWish } from '../../lib/cluster/worker-count.js'

const gigabyte = 1024 ** 3
const production = { workerMb: 200, production: true }
const wish = (value: WorkerWish) => ({ value, source: '--workers' })

describe('The number of workers', () => {
  for (const [cpus, memory, count] of [
    [4, 16, 4],
    [4, 1, 3],
    [0.5, 16, 1],
    [1.9, 16, 1],
    [64, 256, 32],
    [4, 0.1, 1],
  ] as const)
    it(`is ${count} on ${cpus} CPUs and ${memory} GB, in production`, () => {
      expect(workerCount(undefined, { cpus, memory: memory * gigabyte }, production).count).to.equal(count)
    })

  it('is two outside production, and says why', () => {
    const machine = { cpus: 8, memory: gigabyte }
    const decided = workerCount(undefined, machine, { workerMb: 200, production: false })
    expect(decided.count).to.equal(2)
    expect(decided.because).to.include('outside production')
    expect(workerCount(wish('auto'), machine, { workerMb: 200, production: false }).count).to.equal(3)
  })

  it('is what was asked for; above four a CPU with a warning', () => {
    const machine = { cpus: 2, memory: gigabyte }
    expect(workerCount(wish(0), machine, production)).to.deep.equal({ count: 0, because: '--workers says so' })
    expect(workerCount(wish(8), machine, production)).not.to.have.property('warning')
    expect(workerCount(wish(9), machine, production).warning).to.match(
      /^9 workers are more than four for each of 2 CPUs/,
    )
    expect(workerCount(wish('max'), { cpus: 64, memory: 1 }, production).count).to.equal(64)
  })

  it('says how it came about', () => {
    const { because } = workerCount(undefined, { cpus: 4, memory: gigabyte }, production)
    expect(because).to.equal('cpu 4, memory 1024 MB at 200 MB each for 3')
    expect(workersInMemory(gigabyte, 200)).to.equal(3)
  })

  it('is read from a whole number, auto or max', () => {
    expect(['4', '0', 'auto', 'max', '-1', '2.5', 'four', '', '1e3', '99999'].map(workerWish)).to.deep.equal([
      ...[4, 0, 'auto', 'max'],
      ...Array(6).fill(undefined),
    ])
  })
})
