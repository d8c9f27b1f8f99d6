import type { Scheduler } from 'fast-check'

/** Lets asynchronous calls through one at a time, in an order that somebody chooses. */
export interface Turnstile {
  /** The same object, each method call of which waits for its turn, and ends before the next one's. */
  around<T extends object>(name: string, object: T): T
}

/** No order: every call goes through at once. */
export const openGate: Turnstile = { around: (_name, object) => object }

/** The order that fast-check chooses, so that a case can be repeated and shrunk, and the report shows the order. */
export function turnstile(scheduler: Scheduler): Turnstile {
  const inTurn = (label: string, call: () => unknown) =>
    new Promise((resolve, reject) => {
      const builder = async () => {
        try {
          resolve(await call())
        } catch (error) {
          reject(error)
        }
      }
      scheduler.scheduleSequence([{ label, builder }])
    })
  return {
    around: (name, object) =>
      new Proxy(object, {
        get(target, property) {
          const member = Reflect.get(target, property)
          if (typeof member !== 'function') return member
          return (...args: unknown[]) =>
            inTurn(`${name}.${String(property)}`, () => Reflect.apply(member, target, args))
        },
      }),
  }
}
