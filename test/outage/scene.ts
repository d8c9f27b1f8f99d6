import { startRedis } from '../servers/redis.js'
import type { Scene } from './faults.js'
import { Gate } from './gate.js'

/** A Redis server of its own behind a gate, for as long as the work takes. */
export async function onScene<T>(work: (scene: Scene) => Promise<T>): Promise<T> {
  const server = await startRedis({ args: ['--enable-debug-command', 'yes'] })
  const gate = new Gate(server)
  await gate.open()
  const admin = server.client()
  try {
    return await work({ gate, server, admin })
  } finally {
    server.resume()
    admin.disconnect()
    await gate.shut()
    await server.stop()
  }
}
