import type Application from 'koa'
import { announce, type LogOnce } from './announce.js'
import type { OutageWatch } from './outage.js'

/** One log line and one event when the store goes, one of each when it is back. */
export function watchStore(apps: ReadonlySet<Application>, log: LogOnce): OutageWatch {
  return {
    down(reason, side) {
      log.error(
        side === 'read'
          ? `the session store does not serve: ${reason}. Requests with a session cookie get 503, or what onStoreDown says.`
          : `the session store takes no writes: ${reason}. Requests that change a session get 503, or what onStoreDown says.`,
      )
      for (const app of apps) announce('session:store-down', reason, app)
    },
    hiccup(reason) {
      log.errorOnce(
        'hiccup',
        `a call of the session store failed, while the store answers others: ${reason}. The request got 503, or what onStoreDown says. If it comes again, look for one session file or one node that is ill.`,
      )
    },
    up(seconds) {
      log.info(`the session store serves again, after ${seconds} seconds.`)
      for (const app of apps) announce('session:store-up', `after ${seconds} seconds`, app)
    },
  }
}
