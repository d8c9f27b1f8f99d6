import { type Disk, realDisk } from '../../lib/stores/file/disk.js'
import { FileStore } from '../../lib/stores/file/file-store.js'

/** A store on the real disk that can be stopped before any of its calls of the file system, as SIGSTOP would. */
export interface SteppedStore {
  store: FileStore
  /** Stops before the call of this number, counted from now; 1 is the next. Resolves when it stands there. */
  stopBefore(call: number): Promise<void>
  resume(): void
  /** Calls made since `stopBefore`, or since the start, in their order. */
  calls: string[]
}

/** Opens one of several stores on a directory, which has to be private already. */
export function steppedStore(directory: string, { leftoverAge = 60_000, fileThreshold = 1000 } = {}): SteppedStore {
  const calls: string[] = []
  let stopAt = Number.POSITIVE_INFINITY
  let arrived = () => {}
  let resume = () => {}
  let passed: Promise<void> = Promise.resolve()

  const disk = new Proxy(realDisk, {
    get: (target, name: keyof Disk) => {
      const call = target[name] as (...args: unknown[]) => Promise<unknown>
      return async (...args: unknown[]) => {
        calls.push(name)
        if (calls.length >= stopAt) {
          arrived()
          await passed
        }
        return call(...args)
      }
    },
  })
  return {
    store: new FileStore({ disk, directory, fileThreshold, leftoverAge }),
    stopBefore(call) {
      calls.length = 0
      stopAt = call
      passed = new Promise((resolve) => {
        resume = resolve
      })
      return new Promise((resolve) => {
        arrived = resolve
      })
    },
    resume() {
      stopAt = Number.POSITIVE_INFINITY
      resume()
    },
    calls,
  }
}
