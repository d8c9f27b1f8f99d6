import { readdirSync, type Stats, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { freshDirectory } from '../servers/process.js'
import { startRedis } from '../servers/redis.js'
import { type Answer, type Cluster, startCluster } from './cluster.js'

const visits = 200

/** Logs in once, and comes back on 200 new connections. */
async function loginAndVisit(cluster: Cluster): Promise<Answer[]> {
  try {
    const { cookie } = await cluster.ask('/login')
    const answers: Answer[] = []
    for (let visit = 0; visit < visits; visit += 1) answers.push(await cluster.ask('/', cookie))
    return answers
  } finally {
    await cluster.stop()
  }
}

const loggedIn = (answers: Answer[]) => answers.filter(({ user }) => user === 'ada').length
const workers = (answers: Answer[]) => new Set(answers.map(({ pid }) => pid)).size

describe(`one login, then ${visits} requests on new connections over 4 workers`, () => {
  it('is logged in every time, on files; S23 which only their owner can read', async () => {
    const directory = `${freshDirectory()}/sessions`
    const answers = await loginAndVisit(await startCluster('shared-session', { SESSION_FILE_DIR: directory }))
    expect(loggedIn(answers)).to.equal(visits)
    expect(workers(answers)).to.equal(4)
    expect(modesBelow(directory)).to.deep.equal({ directories: ['700'], files: ['600'] })
  })

  it('is logged in every time, on Redis', async () => {
    const redis = await startRedis()
    try {
      const answers = await loginAndVisit(
        await startCluster('shared-session', { REDIS_URL: redis.url, SESSION_FILE_DIR: `${freshDirectory()}/keys` }),
      )
      expect(loggedIn(answers)).to.equal(visits)
      expect(workers(answers)).to.equal(4)
    } finally {
      await redis.stop()
    }
  })

  it('is logged in sometimes, with koa-session and a store in the memory of each worker', async () => {
    const answers = await loginAndVisit(await startCluster('koa-session'))
    expect(workers(answers)).to.equal(4)
    expect(loggedIn(answers)).to.be.within(1, visits - 1)
  })
})

/** The access modes of a directory and everything in it, each once. */
function modesBelow(directory: string): { directories: string[]; files: string[] } {
  const below = readdirSync(directory, { recursive: true, encoding: 'utf8' }).map((name) => join(directory, name))
  const stats = [directory, ...below].map((path) => statSync(path))
  const modes = (list: Stats[]) => [...new Set(list.map(({ mode }) => (mode & 0o777).toString(8)))]
  return {
    directories: modes(stats.filter((stat) => stat.isDirectory())),
    files: modes(stats.filter((stat) => stat.isFile())),
  }
}
