import { expect } from 'chai'
import { collectDeployment } from '../../../../lib/audit/collect/deployment/collect-deployment.js'
import { memoryProject } from '../../memory-project.js'

type Files = Readonly<Record<string, string>>
const collect = (files: Files, tracked?: readonly string[]) =>
  collectDeployment(memoryProject(files, tracked ? { tracked } : {}), { dir: '.' })

describe('variables in files', () => {
  const files: Files = {
    '.env': 'A="one"\nB=$A\n',
    '.env.example': 'A=example\n',
    Dockerfile: 'FROM node:22\nARG A=two\nENV A=$A B="three four"\nCMD ["node", "app.js"]\n',
    'compose.prod.yml':
      'services:\n  app:\n    build: .\n    environment:\n      - A=five\n      - B=${B:-six}\n      - C=${C}\n',
    'ecosystem.config.js':
      "module.exports = { apps: [{ name: 'x', script: 'app.js', env: { A: 'seven' }, env_production: { A: 'eight' } }] }",
    'x.service': '[Service]\nEnvironment=A=nine "B=ten eleven"\nExecStart=/usr/bin/node app.js\n',
    'k8s.yaml':
      'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: x\nspec:\n  template:\n    spec:\n      containers:\n        - name: x\n          env:\n            - name: A\n              value: "twelve"\n            - name: B\n              valueFrom:\n                secretKeyRef: { name: s, key: b }\n---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: s\ndata:\n  C: dGhpcnRlZW4=\n',
    'app.js': '',
  }

  it('have value, source, environment and where they come from', async () => {
    const { variables } = await collect(files, ['.env'])
    const told = variables.map(({ name, value, source, when, fallback, fromSecret }) =>
      [name, value, source, when, fallback && 'default', fromSecret && 'secret'].filter(Boolean).join(' '),
    )
    expect(told).to.have.members([
      'A five compose production',
      'B six compose production default',
      'C compose production',
      'A two dockerfile-arg any default',
      'A dockerfile any',
      'B three four dockerfile any',
      'A twelve kubernetes any',
      'B kubernetes any secret',
      'C thirteen kubernetes any',
      'A nine systemd any',
      'B ten eleven systemd any',
      'A seven pm2 any',
      'A eight pm2 production',
      'A one env-file any',
      'B env-file any',
      'A example env-file any',
    ])
  })

  it('stand where their values do', async () => {
    const { variables } = await collect(files)
    for (const { value, place, source } of variables) {
      if (value === undefined || source === 'pm2' || value === 'thirteen' || value === 'six') continue
      expect((files[place.file] ?? '').slice(place.start, place.end)).to.include(value)
    }
  })

  it('know what git tracks and what is an example', async () => {
    const { variables } = await collect(files, ['.env'])
    const env = variables.filter(({ source }) => source === 'env-file')
    expect(env.map(({ tracked, example }) => [tracked, example])).to.deep.equal(
      [
        [false, true],
        [true, false],
        [true, false],
      ].sort((a, b) => Number(a[1]) - Number(b[1])),
    )
  })
})

describe('a compose file with a worker beside the app', () => {
  const services = (web: string) =>
    `services:\n  ${web}:\n    build: .\n    environment: { KEY: a }\n  worker:\n    build: .\n    command: node src/queue.js\n    deploy: { replicas: 8 }\n    environment: { KEY: b }\n`

  it('gives the app neither the key nor the replicas of the worker', async () => {
    const { variables, processes } = await collect({ 'src/app.js': '', 'compose.yaml': services('web') })
    expect(variables.map(({ name, value }) => `${name}=${value}`)).to.deep.equal(['KEY=a'])
    expect(processes.map(({ said }) => said).join()).to.not.include('replicas: 8')
  })

  it('reads the worker where nothing else is the app', async () => {
    const { variables } = await collect({
      'src/app.js': '',
      'compose.yaml': services('redis').replace('build', 'image'),
    })
    expect(variables.map(({ value }) => value)).to.deep.equal(['b'])
  })
})

describe('commands', () => {
  const command = async (text: string) => {
    const { commands } = await collect({
      'package.json': JSON.stringify({ scripts: { start: text } }),
      'src/app.js': '',
    })
    return commands.map(({ runner, script, npmScript, watches }) =>
      [runner, script ?? npmScript, watches].filter(Boolean).join(' '),
    )
  }

  it('are peeled from what stands before them', async () => {
    for (const text of [
      'node src/app.js',
      'NODE_ENV=production node --max-old-space-size=512 -r dotenv/config ./src/app',
      'cross-env A=1 B=2 node src/app.js',
      'npx dotenv -e .env -- node src/app.js',
      'exec node $NODE_OPTIONS src/app.js | bunyan',
      'npm run build && node src/app.js',
      "sh -c 'exec node src/app.js'",
      'tini -- gosu node node src/app.js',
      'env A=b nohup node src/app.js > log 2>&1 &',
    ])
      expect(await command(text), text).to.deep.equal(['node src/app.js'])
  })

  it('know who runs', async () => {
    expect(await command('nodemon --watch src src/app.js')).to.deep.equal(['nodemon src/app.js true'])
    expect(await command('node --watch src/app.js')).to.deep.equal(['node src/app.js true'])
    expect(await command('ts-node src/app.ts')).to.deep.equal(['ts-node src/app.ts'])
    expect(await command('yarn serve')).to.deep.equal(['npm serve'])
    expect(await command('concurrently "npm:a" "node src/app.js"')).to.deep.equal(['npm a', 'node src/app.js'])
    expect(await command('node node_modules/pm2/bin/pm2 start src/app.js')).to.deep.equal(['pm2 src/app.js'])
  })
})

describe('proxies', () => {
  const nginx = async (text: string) => (await collect({ 'nginx.conf': text })).proxies[0]

  it('nginx: TLS, headers of the nearest level, stickiness, caches', async () => {
    const text = `upstream app { ip_hash; server a:1; keepalive 8; }
server {
  listen 443 ssl;
  proxy_set_header X-Forwarded-Proto $scheme;
  location / { proxy_set_header Host $host; proxy_pass http://app; proxy_cache c; }
}`
    const proxy = await nginx(text)
    expect(proxy).to.include({ kind: 'nginx', tls: true, forwardsProto: false, keepAliveSeconds: 60 })
    expect(proxy?.sticky?.how).to.equal('ip_hash')
    expect(proxy?.cache?.sessionAware).to.equal(false)
    expect(text.slice(proxy?.insertAt?.start)).to.match(/^proxy_set_header Host/)
  })

  it('Caddy: a name has TLS, a port has not', async () => {
    const caddy = async (text: string) => (await collect({ Caddyfile: text })).proxies[0]
    expect(await caddy('shop.example.com {\n\treverse_proxy app:3000\n}\n')).to.include({
      tls: true,
      forwardsProto: true,
    })
    expect(await caddy(':8080 {\n\treverse_proxy app:3000 {\n\t\tlb_policy cookie\n\t}\n}\n')).to.include({
      tls: false,
    })
  })

  it('an ingress', async () => {
    const { proxies } = await collect({
      'i.yaml':
        'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  annotations:\n    nginx.ingress.kubernetes.io/affinity: cookie\nspec:\n  tls:\n    - hosts: [a]\n',
    })
    expect(proxies[0]).to.include({ kind: 'ingress', tls: true })
    expect(proxies[0]?.sticky?.how).to.match(/affinity/)
  })
})

describe('times to stop', () => {
  it('are those of the platform where nothing is written', async () => {
    const { grace } = await collect({
      'compose.yml': 'services:\n  app:\n    build: .\n    stop_grace_period: 1m30s\n',
      'ecosystem.config.js': "module.exports = {\n  apps: [{\n    script: 'app.js',\n  }],\n}\n",
      'x.service': '[Service]\nExecStart=/usr/bin/node app.js\n',
      'fly.toml': 'app = "x"\n[env]\nA = "1"\n',
    })
    expect(grace.map(({ platform, seconds, byDefault }) => `${platform} ${seconds} ${byDefault}`)).to.have.members([
      'compose 90 false',
      'pm2 1.6 true',
      'systemd 90 true',
      'fly 5 true',
    ])
  })
})

describe('files that cannot be read', () => {
  it('are named, and the others are read', async () => {
    const { notLooked, variables } = await collect({
      'compose.yml': 'services: [\n  a: }',
      'package.json': '{ "scripts": ',
      'fly.toml': '= = =',
      'ecosystem.config.js': 'module.exports = {{{',
      Dockerfile: 'not a dockerfile',
      'k8s/x.yaml': 'apiVersion: v1\nkind: Deployment\n  bad: [',
      'render.yaml': '\0\0binary',
      'redis.conf': 'x'.repeat(1_100_000),
      '.env': 'A=1\n',
    })
    expect(new Set(notLooked.map(({ what }) => what))).to.deep.equal(
      new Set([
        'compose.yml',
        'package.json',
        'fly.toml',
        'ecosystem.config.js',
        'Dockerfile',
        'k8s/x.yaml',
        'render.yaml',
        'redis.conf',
      ]),
    )
    expect(variables.map(({ name }) => name)).to.deep.equal(['A'])
  })

  it('say each thing once', async () => {
    const { notLooked } = await collect({ 'ecosystem.config.js': 'module.exports = {{{', 'package.json': '{}' })
    expect(notLooked).to.have.length(1)
  })
})
