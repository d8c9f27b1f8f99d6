// Started by workers.ts: runs an app that knows nothing of processes in four workers on one port.
import cluster from 'node:cluster'

const size = 4
let listening = 0

cluster.setupPrimary({ exec: process.argv[2] ?? '' })
cluster.on('listening', (_worker, { port }) => {
  listening += 1
  if (listening === size) process.send?.({ port })
})
cluster.on('exit', (_worker, code) => process.exit(code || 1))
process.on('disconnect', () => process.exit())
for (let n = 0; n < size; n += 1) cluster.fork()
