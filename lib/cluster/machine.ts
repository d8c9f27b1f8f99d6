import { readFileSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import { bytesOfLimit, cgroupFiles, cpusOfMax, cpusOfQuota } from './cgroup.js'
import type { Machine } from './worker-count.js'

/**
 * What this process may use of the machine. Limits, not what is free just now, so that every restart comes to the same
 * count. The control groups are read here, since libuv knows their CPU quota only from 1.49 on. `root` is for tests.
 */
export function readMachine(root = '/'): Machine {
  const read = (path: string): string => {
    try {
      return readFileSync(join(root, path), 'utf8')
    } catch {
      return ''
    }
  }
  const files = cgroupFiles(read('/proc/self/cgroup'))
  const quotas = [
    ...files.cpuMax.map((path) => cpusOfMax(read(path))),
    ...files.cpuQuota.map((path) => cpusOfQuota(read(`${path}/cpu.cfs_quota_us`), read(`${path}/cpu.cfs_period_us`))),
  ]
  const limits = [...files.memory.map((path) => bytesOfLimit(read(path))), process.constrainedMemory()]
  const memory = totalmem()
  return {
    cpus: Math.min(availableParallelism(), ...quotas.filter(isNumber)),
    memory: Math.min(memory, ...limits.filter(isNumber).filter((limit) => limit > 0)),
  }
}

const isNumber = (value: number | undefined): value is number => value !== undefined
