// Loaded before the app in every worker of `serve`; in the app's own child processes and threads it does nothing.
import cluster from 'node:cluster'
import { isMainThread } from 'node:worker_threads'
import { type FromWorker, settingsVariable, type ToWorker, unwrap, type WorkerSettings, wrap } from '../message.js'
import { cutOff, drainServers } from './drain.js'
import { announceDrain, askApp, leave } from './farewell.js'
import { nameWorker } from './name-worker.js'
import { followResponses } from './responses.js'
import { noticeServers } from './servers.js'

/** A connection idle for so many ms has no request on its way. */
const idleBeforeReload = 1_000
const idleBeforeStop = 250

const settings = process.env[settingsVariable]
delete process.env[settingsVariable]
if (settings !== undefined && isMainThread && cluster.worker) work(JSON.parse(settings), cluster.worker)

type DrainOrder = Extract<ToWorker, { tell: 'drain' }>

function work({ grace, beat }: WorkerSettings, self: NonNullable<typeof cluster.worker>): void {
  const { KOA_SESSION_WORKER_HEADER: header, KOA_SESSION_WORKER_ID: place = '' } = process.env
  if (header) nameWorker(header, place)
  const responses = followResponses()
  const servers = noticeServers({
    listening: (address) => tell({ tell: 'listening', address }),
    blocked: (code, where) => tell({ tell: 'blocked', code, where }),
  })
  let cut: NodeJS.Timeout | undefined
  let hurry: (() => void) | undefined

  const limit = (ms: number) => {
    clearTimeout(cut)
    cut = setTimeout(() => {
      cutOff(servers)
      tell({ tell: 'cut-off' }, () => process.exit(1))
    }, ms).unref()
  }

  const drain = async ({ grace, delay, why }: Omit<DrainOrder, 'tell'>) => {
    limit(grace + delay)
    // Told again: somebody is in a hurry.
    if (hurry) return hurry()
    const stopping = why === 'stop'
    if (stopping) Reflect.set(globalThis, Symbol.for('koa-shared-session.stopping'), true)
    announceDrain()
    await new Promise<void>((resolve) => {
      hurry = resolve
      setTimeout(resolve, delay)
    })
    await drainServers(servers, responses, stopping ? idleBeforeStop : idleBeforeReload)
    await askApp()
    self.exitedAfterDisconnect = true
    if (process.connected) tell({ tell: 'drained' })
    else leave(onTerm)
  }

  const onTerm = () => {
    tell({ tell: 'leaving' })
    drain({ grace, delay: 0, why: 'resize' })
  }

  process.on('message', (message) => {
    const order = unwrap<ToWorker>(message)
    if (order?.tell === 'drain') drain(order)
    // Only now: what the primary had sent before has arrived, connections included.
    if (order?.tell === 'leave') {
      process.disconnect()
      leave(onTerm)
    }
  })
  process.on('SIGTERM', onTerm)
  // A terminal sends these to the whole group; what follows is for the primary to decide.
  process.on('SIGINT', ignore)
  process.on('SIGHUP', ignore)
  self.on('disconnect', () => {
    if (self.exitedAfterDisconnect) return
    // The primary is gone. Without this Node would end the process here, and with it the requests under way.
    self.exitedAfterDisconnect = true
    for (const stream of [process.stdout, process.stderr]) stream.on('error', ignore)
    drain({ grace, delay: 0, why: 'stop' })
  })
  setInterval(() => tell({ tell: 'beat', memory: process.memoryUsage.rss() }), beat).unref()
}

function tell(message: FromWorker, then = ignore): void {
  if (process.connected && process.send) process.send(wrap(message), undefined, undefined, then)
  else then()
}

function ignore(): void {}
