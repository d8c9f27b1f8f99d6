import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { parseAllDocuments } from 'yaml'
import { projectRoot } from '../../project.js'
import { freePort } from '../../servers/process.js'
import { startRedis } from '../../servers/redis.js'
import { compile } from '../block-run.js'
import { audit, layOutShop, production, recipe, startShop } from './shop.js'

const [deployment, service] = parseAllDocuments(recipe('kubernetes.yaml')).map((document) => document.toJS())
const pod = deployment.spec.template.spec
const [container] = pod.containers

describe('the manifest for Kubernetes in docs/deploy.md', function () {
  this.timeout(60_000)

  it('is one that the audit finds nothing in', () => expect(audit(['kubernetes.yaml'])).to.deep.equal([]))

  it('has the fields that Kubernetes knows, and no others', () => {
    // Below the project, so that the compiler finds the types.
    const directory = join(projectRoot, 'build/test/docs/deploy')
    const check = (manifest: object) => {
      const lines = [
        "import type { Deployment } from 'kubernetes-types/apps/v1.js'",
        "import type { Service } from 'kubernetes-types/core/v1.js'",
        `export const deployment: Deployment = ${JSON.stringify(manifest)}`,
        `export const service: Service = ${JSON.stringify(service)}`,
      ]
      writeFileSync(join(directory, 'manifest.ts'), lines.join('\n'))
      return compile(directory, { file: 'manifest.ts' })
    }
    check(deployment)
    expect(() => check({ ...deployment, spec: { ...deployment.spec, replica: 2 } })).to.throw('replica')
  })

  it('is of one piece: labels and ports', () => {
    const { labels } = deployment.spec.template.metadata
    expect(deployment.spec.selector.matchLabels).to.deep.equal(labels)
    expect(service.spec.selector).to.deep.equal(labels)
    const port = container.ports[0].containerPort
    expect(service.spec.ports[0].targetPort).to.equal(port)
    expect(container.readinessProbe.httpGet.port).to.equal(port)
    expect(container.livenessProbe.tcpSocket.port).to.equal(port)
    expect(recipe('server.js')).to.include(`process.env.PORT ?? ${port}`)
  })

  it('runs: ready is what is ready, and on its way out a pod says so and still serves', async () => {
    const redis = await startRedis()
    const secrets: Record<string, string> = { SECRET_KEY: production().SECRET_KEY, REDIS_URL: redis.url }
    const variables: { name: string; value?: string }[] = container.env
    const written = variables.flatMap(({ name, value }) => {
      const given = value ?? secrets[name]
      return given === undefined ? [] : [[name, given] as const]
    })
    const env = { ...Object.fromEntries(written), HOST: '127.0.0.1', PORT: String(await freePort()) }
    expect(env).to.include.keys('NODE_ENV', 'SECRET_KEY', 'REDIS_URL')
    const serving = startShop(container.args, layOutShop(), env)
    const ready = async () => (await serving.get(container.readinessProbe.httpGet.path)).status
    try {
      await serving.says(/Listening on/)
      expect(await ready()).to.equal(200)
      await serving.signal('SIGTERM').says(/finishes what is under way/)
      expect(await ready()).to.equal(503)
      expect((await serving.get('/')).status).to.equal(200)
      expect(await serving.ended()).to.equal(0)
      const [, delay] = /--drain-delay=(\d+)/.exec(container.args.join(' ')) ?? []
      expect(pod.terminationGracePeriodSeconds).to.be.above(Number(delay) + 32)
    } finally {
      serving.kill()
      await redis.stop()
    }
  })
})
