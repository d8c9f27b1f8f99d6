import { type Disk, realDisk } from '../../lib/stores/file/disk.js'

/** One call of a store: the method's name, the paths and bytes it is given, and what does it. */
export interface DiskCall {
  name: keyof Disk
  args: unknown[]
  run: () => Promise<unknown>
}

/** The real disk, with something around each call. */
export function diskWith(around: (call: DiskCall) => Promise<unknown>): Disk {
  return new Proxy(realDisk, {
    get: (target, name: keyof Disk) => {
      const method = target[name] as (...args: unknown[]) => Promise<unknown>
      return (...args: unknown[]) => around({ name, args, run: () => method(...args) })
    },
  })
}

/** A disk that remembers its calls. `quiet` resolves when nothing is under way on it any more. */
export function watchedDisk(): { disk: Disk; calls: DiskCall[]; quiet(): Promise<void> } {
  const calls: DiskCall[] = []
  let underWay = 0
  const disk = diskWith(async (call) => {
    calls.push(call)
    underWay++
    try {
      return await call.run()
    } finally {
      underWay--
    }
  })
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  const quiet = async () => {
    // Whoever waited for the last call has made its next one when a turn has passed.
    do await turn()
    while (underWay > 0)
  }
  return { disk, calls, quiet }
}

/** What the system answers, with the path in it as Node puts it there. */
export function systemError(code: string, { name, args }: Pick<DiskCall, 'name' | 'args'>): Error {
  const path = String(args[0])
  return Object.assign(new Error(`${code}: refused, ${name} '${path}'`), { code, syscall: name, path, dest: args[1] })
}
