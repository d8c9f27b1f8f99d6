import { expect } from 'chai'
import fc from 'fast-check'
import { audit } from '../../lib/audit/audit.js'
import { print } from '../../lib/report/print.js'
import { plainText } from '../../lib/report/text.js'
import { usual } from './audited.js'
import { memoryProject } from './memory-project.js'

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** Files of settings as people write them. In a run some of their values are replaced by others of any type. */
const settings: Readonly<Record<string, Json>> = {
  'package.json': {
    name: 'shop',
    version: '1.0.0',
    type: 'commonjs',
    main: 'app.js',
    bin: { shop: 'bin/www' },
    scripts: { start: 'node app.js', prod: 'pm2 start ecosystem.config.json' },
    dependencies: { koa: '^2.15.0', 'koa-session': '^6.4.0', ioredis: '^5.0.0' },
    devDependencies: { mocha: '^11.0.0' },
    workspaces: { packages: ['apps/*'] },
    imports: { '#lib/*': './lib/*' },
    _moduleAliases: { '@lib': 'lib' },
    engines: { node: '20' },
  },
  'ecosystem.config.json': {
    apps: [
      {
        name: 'shop',
        script: 'app.js',
        args: ['--port', '3000'],
        instances: 4,
        exec_mode: 'cluster',
        cwd: '.',
        env: { SECRET_KEY: 'a-key-of-the-app-1' },
        env_production: { NODE_ENV: 'production' },
        kill_timeout: 1600,
        watch: true,
        ignore_watch: ['x'],
      },
    ],
    deploy: { production: { user: 'u', host: ['h'], 'post-deploy': 'npm i' } },
  },
  'docker-compose.yml': {
    version: '3',
    services: {
      app: {
        build: { context: '.', args: { A: 'b' } },
        command: ['node', 'app.js'],
        environment: { SECRET_KEY: 'a-key-of-the-app-1', REDIS_URL: 'redis://redis:6379' },
        env_file: ['.env'],
        ports: ['3000:3000', { target: 80, published: 80 }],
        volumes: ['./data:/data', { type: 'volume', source: 'a', target: '/b' }],
        deploy: { replicas: 3, resources: { limits: { cpus: '1', memory: '1G' } }, placement: { constraints: ['x'] } },
        scale: 2,
        stop_grace_period: '10s',
        init: true,
        labels: { 'traefik.enable': 'true' },
        healthcheck: { test: ['CMD', 'true'] },
        extends: { service: 'base', file: 'base.yml' },
        tmpfs: ['/tmp'],
        secrets: ['one'],
      },
      redis: { image: 'redis', command: 'redis-server --requirepass x', ports: ['6379:6379'] },
      proxy: { image: 'nginx', ports: ['80:80'], volumes: ['./nginx.conf:/etc/nginx/nginx.conf'] },
    },
    volumes: { data: {} },
  },
  'k8s.yaml': {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'shop', annotations: { a: 'b' }, labels: { app: 'shop' } },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'shop' } },
      template: {
        metadata: { annotations: { a: 'b' } },
        spec: {
          terminationGracePeriodSeconds: 30,
          containers: [
            {
              name: 'shop',
              image: 'shop',
              command: ['node'],
              args: ['app.js'],
              env: [
                { name: 'SECRET_KEY', value: 'a-key-of-the-app-1' },
                { name: 'B', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
              ],
              envFrom: [{ secretRef: { name: 's' } }],
              ports: [{ containerPort: 3000 }],
              lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } },
              readinessProbe: { httpGet: { path: '/', port: 3000 } },
              resources: { limits: { cpu: '1', memory: '1Gi' } },
              volumeMounts: [{ name: 'v', mountPath: '/data' }],
              securityContext: { readOnlyRootFilesystem: true },
            },
          ],
          volumes: [
            { name: 'v', emptyDir: {} },
            { name: 'w', persistentVolumeClaim: { claimName: 'c' } },
          ],
        },
      },
    },
  },
  'k8s-other.yaml': {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      { apiVersion: 'v1', kind: 'Secret', stringData: { SECRET_KEY: 'a' }, data: { K: 'YQ==' } },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { NODE_ENV: 'production' } },
      {
        apiVersion: 'v1',
        kind: 'Service',
        spec: { type: 'NodePort', sessionAffinity: 'ClientIP', ports: [{ port: 80 }] },
      },
      {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        spec: { minReplicas: 2, maxReplicas: 5, scaleTargetRef: { name: 'shop' } },
      },
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { annotations: { 'nginx.ingress.kubernetes.io/affinity': 'cookie' } },
        spec: { tls: [{ hosts: ['h'] }], rules: [{ host: 'h', http: { paths: [{ path: '/', backend: {} }] } }] },
      },
    ],
  },
  'chart/values.yaml': {
    replicaCount: 2,
    autoscaling: { enabled: true, minReplicas: 2 },
    env: { A: 'b' },
    image: { tag: 'x' },
  },
  'chart/Chart.yaml': { apiVersion: 'v2', name: 'shop' },
  'app.json': {
    name: 'shop',
    formation: { web: { quantity: 2, size: 'x' } },
    env: { SECRET_KEY: { value: 'a' }, B: { generator: 'secret' } },
    addons: ['heroku-redis'],
  },
  'vercel.json': { builds: [{ src: 'app.js', use: 'x' }], env: { A: 'b' }, routes: [{ src: '/' }] },
  'render.yaml': {
    services: [
      {
        type: 'web',
        env: 'node',
        numInstances: 2,
        startCommand: 'node app.js',
        envVars: [{ key: 'SECRET_KEY', generateValue: true }],
      },
    ],
  },
  'railway.json': { deploy: { numReplicas: 2, startCommand: 'node app.js' } },
  'app.yaml': {
    runtime: 'nodejs20',
    instances: 1,
    automatic_scaling: { max_num_instances: 3 },
    env_variables: { SECRET_KEY: 'a' },
  },
  'serverless.yml': {
    service: 'shop',
    provider: { name: 'aws', environment: { A: 'b' } },
    functions: { app: { handler: 'a.b' } },
  },
  'task-definition.json': {
    containerDefinitions: [
      {
        name: 'a',
        command: ['node', 'app.js'],
        environment: [{ name: 'A', value: 'b' }],
        secrets: [{ name: 'S', valueFrom: 'x' }],
        stopTimeout: 30,
      },
    ],
    desiredCount: 2,
  },
  'tsconfig.json': { compilerOptions: { baseUrl: '.', paths: { '@/*': ['src/*'] } } },
  'nodemon.json': { watch: ['src'], exec: 'node app.js', env: { A: 'b' } },
  'lerna.json': { packages: ['apps/*'] },
  'config/default.json': {
    keys: ['a-key-of-the-app-1'],
    session: { maxAge: 1000, store: 'redis' },
    redis: { url: 'redis://x' },
  },
  'config/custom-environment-variables.json': { keys: 'APP_KEYS' },
  'koa-shared-session.config.json': {},
}

const source = `const Koa = require('koa')
const config = require('config')
const app = new Koa()
app.keys = config.get('keys')
app.use(require('koa-session')({ httpOnly: false, ...config.get('session') }, app))
const redis = new (require('ioredis'))(require('./config/default.json').redis.url)
app.listen(3000)
`

const anyJson: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    false,
    0,
    -1,
    1.5,
    1e21,
    '',
    ' ',
    'max',
    '0',
    '$X',
    '{{ .Values.a }}',
    [],
    {},
    [null],
    [[]],
    { a: null },
  ),
  fc.jsonValue({ maxDepth: 2 }).map((value) => value as Json),
)

/** A place in a file's value, and what stands there instead. */
const change = fc.record({ file: fc.constantFrom(...Object.keys(settings)), at: fc.nat(200), to: anyJson })
type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never

/** The value with its n-th inner value, counted depth first, replaced. */
function replaced(whole: Json, nth: number, by: Json): Json {
  let left = nth
  const walk = (value: Json): Json => {
    if (left-- === 0) return by
    if (Array.isArray(value)) return value.map(walk)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(inner)]))
  }
  return walk(whole)
}

function filesWith(changes: readonly Change[]): Record<string, string> {
  const files = Object.entries(settings).map(([file, value]) => {
    const own = changes.filter((each) => each.file === file)
    const changed = own.reduce<Json>((before, { at, to }) => replaced(before, at % (sizeOf(value) + 1), to), value)
    return [file, JSON.stringify(changed)] as const
  })
  return { ...Object.fromEntries(files), 'app.js': source, '.env': 'REDIS_URL=redis://x\n', 'nginx.conf': 'server {}' }
}

const sizeOf = (value: Json): number =>
  typeof value !== 'object' || value === null
    ? 1
    : Object.values(value as Readonly<Record<string, Json>>).reduce<number>((sum, inner) => sum + sizeOf(inner), 1)

const options = { ...usual, minConfidence: 'low' } as const

/** What is left out since something failed that should not. */
const failed = /could not be looked for|could not be read: |the rule failed/

describe('settings of wrong types', () => {
  it('are read around: nothing fails, and the source is audited', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), async (changes) => {
        const { report } = await audit(memoryProject(filesWith(changes)), options)
        const notes = [...report.notLooked, ...report.apps.flatMap(({ notLooked }) => notLooked)]
        expect(notes.filter(({ why }) => failed.test(why))).to.deep.equal([])
        expect(report.apps.flatMap(({ findings }) => findings.map(({ id }) => id))).to.include('CKE01')
        for (const format of ['text', 'sarif'] as const)
          await print(report, format, { ...plainText, all: true, colour: false, prefix: '' })
      }),
      { seed: 5, numRuns: 150 },
    )
  })
})
