import type Application from 'koa'
import { announce, type LogOnce } from './announce.js'
import type { StoreWatch } from './guard.js'

/** One log line and one event when the store goes, one of each when it is back. */
export function watchStore(apps: ReadonlySet<Application>, log: LogOnce): StoreWatch {
  return {
    down(reason) {
      log.error(`the session store does not serve: ${reason}. Requests with a session are answered by onStoreDown.`)
      for (const app of apps) announce('session:store-down', reason, app)
    },
    up(seconds) {
      log.info(`the session store serves again, after ${seconds} seconds.`)
      for (const app of apps) announce('session:store-up', `after ${seconds} seconds`, app)
    },
  }
}
