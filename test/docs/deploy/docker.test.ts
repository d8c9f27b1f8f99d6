import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect } from 'chai'
import { DockerfileParser, type Instruction } from 'dockerfile-ast'
import ignore from 'ignore'
import { parse } from 'yaml'
import { diagnose } from '../../cli/doctor-run.js'
import { freePort } from '../../servers/process.js'
import { type RedisServer, startRedis } from '../../servers/redis.js'
import { audit, layOutShop, production, recipe, startShop } from './shop.js'

const dockerfile = DockerfileParser.parse(recipe('Dockerfile'))
const compose = parse(recipe('compose.yaml'))

/** The words of an instruction in exec form. */
function wordsOf(instruction: Instruction | undefined): string[] {
  return JSON.parse(/\[.*\]/.exec(instruction?.getRawArgumentsContent() ?? '')?.[0] ?? '')
}

describe('the recipe for Docker in docs/deploy.md', function () {
  this.timeout(60_000)
  const [command] = dockerfile.getCMDs()
  const [check] = dockerfile.getHEALTHCHECKs()
  const image = Object.fromEntries(
    dockerfile
      .getENVs()
      .flatMap((line) => line.getProperties())
      .map((property) => [property.getName(), property.getValue() ?? '']),
  )
  let redis: RedisServer
  before(async () => {
    redis = await startRedis()
  })
  after(() => redis.stop())

  it('is one that the audit finds nothing in', () =>
    expect(audit(['Dockerfile', '.dockerignore', 'compose.yaml'])).to.deep.equal([]))

  it('takes no key into the image', () => {
    const ignored = ignore().add(recipe('.dockerignore'))
    expect(ignored.ignores(compose.services.shop.env_file)).to.equal(true)
    expect(['.env', 'node_modules/koa/package.json'].every((file) => ignored.ignores(file))).to.equal(true)
    expect(['server.js', 'package.json', 'package-lock.json'].some((file) => ignored.ignores(file))).to.equal(false)
  })

  const healthy = async (port: number) => {
    const words = wordsOf(check)
    const [, ...args] = words.map((word) => word.replace(':3000', `:${port}`))
    expect(words.join(' ')).to.include(':3000/ready')
    const [code] = await once(spawn(process.execPath, args), 'exit')
    return code === 0
  }

  it('starts, is healthy while sessions are, and stops in the time that compose gives it', async () => {
    const port = await freePort()
    const { SECRET_KEY } = production()
    const env = { ...image, HOST: '127.0.0.1', SECRET_KEY, PORT: String(port), REDIS_URL: redis.url }
    expect(await healthy(port)).to.equal(false)
    // What --init puts in front: it is process 1, and hands signals on.
    const init = process.platform === 'linux' ? ['tini', '-s', '--'] : []
    const words = wordsOf(command)
    expect(words[0]).to.equal('node')
    const serving = startShop([...init, process.execPath, ...words.slice(1)], layOutShop(), env)
    try {
      await serving.says(/Listening on/)
      expect(await healthy(port)).to.equal(true)
      redis.pause()
      expect(await healthy(port)).to.equal(false)
      redis.resume()
      expect(await serving.stop()).to.equal(0)
    } finally {
      serving.kill()
    }
    expect(compose.services.shop.init).to.equal(true)
    expect(Number.parseInt(compose.services.shop.stop_grace_period, 10)).to.be.above(32)
  })

  it('has a Redis with which doctor finds nothing that endangers sessions', async () => {
    const [, ...args] = compose.services.redis.command.split(' ')
    const server = await startRedis({ args })
    try {
      const env = { ...production(), REDIS_URL: server.url }
      const { ids, out } = await diagnose(layOutShop(), ['--skip', 'DOC13'], env)
      expect(ids, out).to.deep.equal([])
    } finally {
      await server.stop()
    }
  })
})
