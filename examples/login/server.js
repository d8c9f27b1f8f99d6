import cluster from 'node:cluster'
import { runPrimary } from './primary.js'
import { runWorker } from './worker.js'

const host = '127.0.0.1'
const port = Number(process.env.PORT || 3000)

if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error(`PORT is no port number: ${process.env.PORT}`)
  process.exit(1)
}
if (cluster.isPrimary) runPrimary({ size: 4 })
else runWorker({ host, port })
