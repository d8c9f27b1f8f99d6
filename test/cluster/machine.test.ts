import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { backOff } from '../../lib/cluster/back-off.js'
import { bytesOfLimit, cgroupFiles, cpusOfMax, cpusOfQuota } from '../../lib/cluster/cgroup.js'
import { readMachine } from '../../lib/cluster/machine.js'
import { isEcho } from '../../lib/cluster/signals.js'
import { freshDirectory } from '../servers/process.js'

/** A root directory with these files. */
function rootWith(files: Record<string, string>): string {
  const root = freshDirectory()
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

const half = 512 * 1024 ** 2

describe('What the machine allows', () => {
  it('is found in the own group of cgroup version 2 and in all above it', () => {
    const root = rootWith({
      '/proc/self/cgroup': '0::/kubepods/pod1/c1\n',
      '/sys/fs/cgroup/kubepods/pod1/c1/cpu.max': 'max 100000\n',
      '/sys/fs/cgroup/kubepods/pod1/cpu.max': '50000 100000\n',
      '/sys/fs/cgroup/kubepods/pod1/c1/memory.max': 'max\n',
      '/sys/fs/cgroup/kubepods/memory.max': `${half}\n`,
    })
    expect(readMachine(root)).to.deep.equal({ cpus: 0.5, memory: half })
  })

  it('is found in a container that sees its group as the root', () => {
    const files = { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': '25000 100000' }
    expect(readMachine(rootWith(files)).cpus).to.equal(0.25)
  })

  it('is found in cgroup version 1, also where the path of the host does not exist inside', () => {
    const root = rootWith({
      '/proc/self/cgroup': '5:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n0::/\n',
      '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '75000\n',
      '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': `${half}\n`,
    })
    expect(readMachine(root)).to.deep.equal({ cpus: 0.75, memory: half })
  })

  it('is the machine itself where there is no group', () => {
    const { cpus, memory } = readMachine(rootWith({}))
    expect(cpus).to.equal(availableParallelism())
    expect(memory).to.be.above(half)
  })

  it('is not less for what means "no limit"', () => {
    expect(cpusOfMax('max 100000')).to.equal(undefined)
    expect(cpusOfQuota('-1', '100000')).to.equal(undefined)
    expect(cpusOfQuota('', '')).to.equal(undefined)
    expect(['max\n', '9223372036854771712', '', '0'].map(bytesOfLimit)).to.deep.equal(Array(4).fill(undefined))
    expect(cgroupFiles('nonsense\n')).to.deep.equal({ cpuMax: [], cpuQuota: [], memory: [] })
  })
})

describe('The pause before the next start', () => {
  it('is spread by a quarter to both sides', () => {
    expect([backOff(0, 0), backOff(0, 0.5), backOff(0, 1)]).to.deep.equal([75, 100, 125])
    expect(backOff(1_000, 1)).to.equal(18_750)
  })
})

describe('A signal', () => {
  it('that npm passes on is not a second one', () => {
    expect(isEcho('SIGINT', 1_010, { name: 'SIGINT', at: 1_000 }, true)).to.equal(true)
    expect(isEcho('SIGINT', 1_010, { name: 'SIGINT', at: 1_000 }, false)).to.equal(false)
    expect(isEcho('SIGINT', 1_600, { name: 'SIGINT', at: 1_000 }, true)).to.equal(false)
    expect(isEcho('SIGTERM', 1_010, { name: 'SIGINT', at: 1_000 }, true)).to.equal(false)
    expect(isEcho('SIGINT', 1_010, undefined, true)).to.equal(false)
  })
})
