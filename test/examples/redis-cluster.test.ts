import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect } from 'chai'
import { Redis } from 'ioredis'
import { projectRoot } from '../project.js'
import { eventually, freePort } from '../servers/process.js'
import { commandsOf, type StartedExample, startExample } from './started-example.js'
import { fromWorkers, Visitor } from './visitor.js'

interface Answer {
  views: number
  worker: string
}

describe('the redis-cluster example', function () {
  this.timeout(90_000)
  let cluster: ChildProcess
  let example: StartedExample
  let ports: number[]
  before(async () => {
    ports = [await freePort(), await freePort(), await freePort()]
    cluster = await startCluster(ports)
    example = await startExample('redis-cluster', { REDIS_NODES: ports.map((port) => `127.0.0.1:${port}`).join() })
  })
  after(async () => {
    expect(await example?.stop()).to.equal(0)
    const ended = once(cluster, 'close')
    cluster.kill('SIGTERM')
    await ended
  })

  it('counts over all workers', async () => {
    const visitor = new Visitor(example.address)
    const answers = await fromWorkers(4, () => visitor.get<Answer>('/'))
    expect(answers.map(({ views }) => views)).to.deep.equal(answers.map((_, index) => index + 1))
    expect((await visitor.ask('/ready')).status).to.equal(200)
  })

  it('spreads sessions over the masters', async () => {
    for (let visit = 0; visit < 30; visit += 1) await new Visitor(example.address).get('/')
    for (const port of ports) expect(await sessionsAt(port)).to.be.above(0)
  })
})

/** Runs the example's own script, and answers when the cluster is whole. */
async function startCluster(ports: number[]): Promise<ChildProcess> {
  const command = (commandsOf('redis-cluster')[0] ?? '').replace(/ &$/, '')
  const child = spawn('sh', ['-c', `exec ${command} ${ports.join(' ')}`], { cwd: projectRoot })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk
    })
  await eventually('the cluster is whole', async () => {
    if (child.exitCode !== null) throw new Error(output)
    return output.includes('A cluster of')
  })
  return child
}

async function sessionsAt(port: number): Promise<number> {
  const client = new Redis(port, '127.0.0.1')
  try {
    return (await client.keys('shop:session:*')).filter((key) => !key.includes('fleet:')).length
  } finally {
    client.disconnect()
  }
}
