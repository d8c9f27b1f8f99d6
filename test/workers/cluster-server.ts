// Started by cluster.ts as a process of its own: a primary and four workers that share one port.
import cluster from 'node:cluster'
import { type Sessions, workerApp } from './worker-app.js'

const size = 4

if (cluster.isPrimary) runPrimary()
else workerApp(process.argv[2] as Sessions).listen(0, '127.0.0.1')

function runPrimary() {
  let listening = 0
  cluster.on('listening', (_worker, { port }) => {
    listening += 1
    if (listening === size) process.send?.({ port })
  })
  // A worker that cannot start must fail the test at once.
  cluster.on('exit', (_worker, code) => process.exit(code || 1))
  process.on('disconnect', () => process.exit())
  for (let n = 0; n < size; n += 1) cluster.fork()
}
