/** The limits that control groups may set, as the text of files. Paths are those of the usual mounts. */
export interface CgroupFiles {
  /** Version 2: `cpu.max`. */
  readonly cpuMax: readonly string[]
  /** Version 1: directories with `cpu.cfs_quota_us` and `cpu.cfs_period_us`. */
  readonly cpuQuota: readonly string[]
  /** `memory.max` (version 2) and `memory.limit_in_bytes` (version 1). */
  readonly memory: readonly string[]
}

const mount = '/sys/fs/cgroup'

/**
 * Where the limits of a process can be, from `/proc/self/cgroup` (cgroups(7)): its own group and all that hold it, since
 * each can limit it further. A container often sees its own group as the root of the mount, which is always among them.
 */
export function cgroupFiles(procSelfCgroup: string): CgroupFiles {
  const groups = procSelfCgroup.split('\n').flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line.trim()) ?? []
    return controllers === undefined || path === undefined ? [] : [{ controllers: controllers.split(','), path }]
  })
  const below = (roots: readonly string[], controller: string) =>
    groups
      .filter(({ controllers }) => controllers.includes(controller))
      .flatMap(({ path, controllers }) =>
        [...roots, `${mount}/${controllers.join(',')}`].flatMap((root) => upwards(path).map((each) => root + each)),
      )
  const unified = below([mount, `${mount}/unified`], '')
  return {
    cpuMax: distinct(unified.map((path) => `${path}/cpu.max`)),
    cpuQuota: distinct(below([`${mount}/cpu`], 'cpu')),
    memory: distinct([
      ...unified.map((path) => `${path}/memory.max`),
      ...below([`${mount}/memory`], 'memory').map((path) => `${path}/memory.limit_in_bytes`),
    ]),
  }
}

/** How many CPUs `cpu.max` grants: "150000 100000" is 1.5. Undefined where it grants all. */
export function cpusOfMax(text: string): number | undefined {
  const [quota, period] = text.trim().split(/\s+/)
  return cpusOfQuota(quota ?? '', period ?? '')
}

/** How many CPUs a quota of microseconds in a period grants. Undefined where there is none (-1, "max"). */
export function cpusOfQuota(quota: string, period: string): number | undefined {
  const cpus = Number(quota) / Number(period)
  return cpus > 0 && Number.isFinite(cpus) ? cpus : undefined
}

/** The bytes that a memory file allows; undefined for "max" and for version 1's huge number that means none. */
export function bytesOfLimit(text: string): number | undefined {
  const bytes = Number(text.trim())
  return bytes > 0 && bytes < 2 ** 60 ? bytes : undefined
}

/** The path itself and all above it, the root as an empty text. */
function upwards(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '..')
  return parts.map((_, index) => `/${parts.slice(0, parts.length - index).join('/')}`).concat('')
}

const distinct = (paths: readonly string[]) => [...new Set(paths)]
