import { createServer } from 'node:http'
import { act, type Operation } from './operation.js'
import type { Setting } from './peer.js'
import { peerNamed } from './peers/index.js'

// One worker process: the app of one peer, on the port that all workers share.
const gates = new Map<number, () => void>()

const tell = (message: object) => process.send?.(message)

function hold(gate: number): Promise<void> {
  return new Promise((resolve) => {
    gates.set(gate, resolve)
    tell({ held: gate })
  })
}

process.on('message', ({ release }: { release: number }) => {
  gates.get(release)?.()
  gates.delete(release)
})

const setting: Setting = JSON.parse(process.env.TORTURE_SETTING ?? '{}')
const listener = await peerNamed(setting.peer).mount(setting, async (url, session) => {
  const operation: Operation = JSON.parse(decodeURIComponent(url.slice(url.indexOf('?') + 1)))
  return JSON.stringify({ ...(await act(operation, session, hold)), worker: process.pid })
})
const server = createServer(listener)
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  tell({ port: typeof address === 'object' ? address?.port : undefined })
})
