import { Agent } from 'node:http'
import { get } from './serving.js'

/** What clients met. */
export interface LoadReport {
  requests: number
  /** Requests without an answer, or with another than 200, by reason. */
  failed: Record<string, number>
  /** Answers that did not know who had logged in. */
  lost: number
  pids: Set<number>
}

/** Clients at work. Whoever starts them stops them, also where a test fails: they would keep the processor busy for ever. */
export interface Load {
  stop(): Promise<LoadReport>
}

/** Clients that log in once and then ask without a pause until they are told to stop. */
export function startLoad(port: number, clients: number, keepAlive: boolean): Load {
  const agent = keepAlive ? new Agent({ keepAlive: true, maxSockets: clients }) : undefined
  const report: LoadReport = { requests: 0, failed: {}, lost: 0, pids: new Set() }
  let stopping = false
  const fail = (reason: string) => {
    report.failed[reason] = (report.failed[reason] ?? 0) + 1
  }
  const client = async () => {
    let { cookie } = await get(port, '/login', {}, agent)
    while (!stopping) {
      report.requests += 1
      try {
        const { status, body, cookie: renewed } = await get(port, '/', { cookie }, agent)
        // As a browser does: a cookie signed anew, or one that is taken back.
        if (renewed !== '') cookie = renewed
        if (status !== 200) fail(String(status))
        else note(JSON.parse(body))
      } catch (error) {
        fail((error as NodeJS.ErrnoException).code ?? String(error))
      }
    }
  }
  const note = ({ user, pid }: { user: string | null; pid: number }) => {
    if (user !== 'ada') report.lost += 1
    report.pids.add(pid)
  }
  const running = Promise.all(Array.from({ length: clients }, client))
  return {
    async stop() {
      stopping = true
      await running
      agent?.destroy()
      return report
    },
  }
}
