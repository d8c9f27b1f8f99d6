/** What a process may use of its machine. */
export interface Machine {
  /** CPUs, perhaps with a fraction: 1.5. */
  readonly cpus: number
  /** Bytes. */
  readonly memory: number
}

/** How many workers were asked for. */
export type WorkerWish = number | 'auto' | 'max'

export interface WorkerCount {
  /** 0: no cluster. */
  readonly count: number
  /** How it came about, for a log line. */
  readonly because: string
  readonly warning?: string
}

const mostByItself = 32
const inDevelopment = 2
const megabyte = 1024 * 1024
/** Share of the memory that workers may take, and what the primary takes of it. Measured: 44 MB. */
const share = 0.8
const ofPrimary = 64 * megabyte

/** How many workers of this size (MB) the memory holds. May be 0. */
export function workersInMemory(memory: number, workerMb: number): number {
  return Math.max(0, Math.floor((memory * share - ofPrimary) / (workerMb * megabyte)))
}

/**
 * How many workers to start. One Node worker keeps one CPU busy, so more than CPUs serve nobody; 2n + 1 is for workers
 * that block. Outside production two, so that what is kept in one process shows at the desk.
 */
export function workerCount(
  wish: { value: WorkerWish; source: string } | undefined,
  machine: Machine,
  { workerMb, production }: { workerMb: number; production: boolean },
): WorkerCount {
  const cpus = Math.max(1, Math.floor(machine.cpus))
  if (typeof wish?.value === 'number') return asked(wish.value, wish.source, cpus)
  if (wish?.value === 'max') return { count: cpus, because: `${wish.source}: one a CPU` }
  if (!wish && !production)
    return { count: inDevelopment, because: 'outside production, so that what one process keeps to itself shows' }
  const fitting = workersInMemory(machine.memory, workerMb)
  const count = Math.min(Math.max(1, Math.min(cpus, fitting)), mostByItself)
  const because = `cpu ${cpus}, memory ${Math.floor(machine.memory / megabyte)} MB at ${workerMb} MB each for ${fitting}`
  return { count, because }
}

function asked(count: number, source: string, cpus: number): WorkerCount {
  const because = `${source} says so`
  if (count <= 4 * cpus) return { count, because }
  const warning = `${count} workers are more than four for each of ${cpus} CPU${cpus === 1 ? '' : 's'}: they wait for each other and take memory. One a CPU is enough.`
  return { count, because, warning }
}

/** What an option or variable asks for: a whole number, `auto` or `max`. Undefined where it is none of them. */
export function workerWish(text: string): WorkerWish | undefined {
  if (text === 'auto' || text === 'max') return text
  return /^\d{1,4}$/.test(text) ? Number(text) : undefined
}
