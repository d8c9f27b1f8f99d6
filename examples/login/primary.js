import cluster from 'node:cluster'

const shortestDelay = 1000
const longestDelay = 30_000
const patience = 5000

/** Keeps `size` workers running until SIGINT or SIGTERM. Gives up when none of the first ones could start. */
export function runPrimary({ size }) {
  const restarts = new Set()
  const born = new Map()
  let listening = 0
  let failed = 0
  let problem
  let delay = shortestDelay
  let stopping = false

  const start = () => born.set(cluster.fork().id, Date.now())

  const startLater = () => {
    const timer = setTimeout(() => {
      restarts.delete(timer)
      start()
    }, delay)
    restarts.add(timer)
  }

  const stop = () => {
    if (stopping) return
    stopping = true
    for (const timer of restarts) clearTimeout(timer)
    const workers = Object.values(cluster.workers)
    for (const worker of workers) worker.process.kill('SIGTERM')
    setTimeout(() => workers.forEach((worker) => void worker.process.kill('SIGKILL')), patience).unref()
  }

  cluster.on('listening', (_worker, { address, port }) => {
    listening += 1
    if (listening === size) console.log(`${size} workers listen on http://${address}:${port}`)
  })

  cluster.on('message', (_worker, message) => {
    if (listening > 0) console.error(message.problem)
    problem ??= message.problem
  })

  cluster.on('exit', (worker, code, signal) => {
    if (stopping) return
    const ended = `Worker ${worker.id} ended (${signal ?? `code ${code}`})`
    if (listening === 0) {
      failed += 1
      if (failed === size) giveUp(problem ?? `${ended} before it could listen.`)
    }
    if (Date.now() - born.get(worker.id) > longestDelay) delay = shortestDelay
    if (listening > 0) console.error(`${ended}; another one starts in ${delay / 1000} s.`)
    startLater()
    delay = Math.min(delay * 2, longestDelay)
  })

  // Through npm, one Ctrl+C arrives twice, so a second signal means nothing more than the first.
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  for (let n = 0; n < size; n += 1) start()
}

function giveUp(problem) {
  console.error(problem)
  process.exit(1)
}
