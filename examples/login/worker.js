import cluster from 'node:cluster'
import { once } from 'node:events'
import { createApp } from './app.js'

// All workers start alike, so one of them says where sessions are kept; errors are for all to say.
const quiet = { info() {}, warn() {}, error: (line) => console.error(line) }
const patience = 3000

/** One worker: the app on the port that all share, until SIGTERM. */
export async function runWorker({ host, port }) {
  try {
    const { app, sessions } = createApp(cluster.worker.id === 1 ? {} : { logger: quiet })
    const server = app.listen(port, host)
    // Only so that a reload can meet another worker: browsers would stay on one connection.
    server.maxRequestsPerSocket = 1
    await once(server, 'listening')
    stopOnSignal(server, sessions)
  } catch (error) {
    process.send({ problem: explain(error, port) }, () => process.exit(1))
  }
}

function stopOnSignal(server, sessions) {
  // Ctrl+C reaches the whole group; the primary decides what follows.
  process.on('SIGINT', () => {})
  process.once('SIGTERM', () => {
    server.close(async () => {
      await sessions.close()
      process.exit(0)
    })
    setTimeout(() => server.closeAllConnections(), patience).unref()
  })
}

function explain(error, port) {
  if (error.code === 'EADDRINUSE')
    return `Port ${port} is taken. Stop what listens there, or choose another: PORT=${port + 1} npm start`
  return error.code ? error.message : error.stack
}
