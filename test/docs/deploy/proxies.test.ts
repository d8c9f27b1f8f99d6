import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type IncomingMessage, request as plainRequest } from 'node:http'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import type { Serving } from '../../cluster/serving.js'
import { type Certificate, makeCertificate } from '../../servers/certificate.js'
import { eventually, freePort, freshDirectory } from '../../servers/process.js'
import { audit, layOutShop, production, recipe, replaced, startShop } from './shop.js'

const serve = ['node', 'node_modules/koa-shared-session/dist/bin/koa-shared-session.js', 'serve', 'server.js']

interface Ports {
  app: number
  tls: number
  plain: number
}

interface Proxy {
  name: string
  file: string
  start(directory: string, ports: Ports, certificate: Certificate): ChildProcess
}

const nginx: Proxy = {
  name: 'nginx',
  file: 'shop.conf',
  start(directory, { app, tls, plain }, { certFile, keyFile }) {
    const site = replaced(recipe('shop.conf'), {
      '127.0.0.1:3000': `127.0.0.1:${app}`,
      'listen 80;': `listen 127.0.0.1:${plain};`,
      'listen 443 ssl;': `listen 127.0.0.1:${tls} ssl;`,
      '/etc/ssl/shop/cert.pem': certFile,
      '/etc/ssl/shop/key.pem': keyFile,
    })
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${name};`)
    writeFileSync(join(directory, 'shop.conf'), site)
    writeFileSync(
      join(directory, 'nginx.conf'),
      `pid nginx.pid;\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\n${paths.join('\n')}\ninclude shop.conf;\n}\n`,
    )
    const env = { PATH: `${process.env.PATH}:/usr/sbin:/sbin` }
    return spawn('nginx', ['-p', directory, '-c', 'nginx.conf', '-g', 'daemon off;'], { env })
  },
}

const caddy: Proxy = {
  name: 'Caddy',
  file: 'Caddyfile',
  start(directory, { app, tls, plain }, { certFile, keyFile }) {
    const site = replaced(recipe('Caddyfile'), {
      'shop.example {': `https://localhost:${tls} {\n  bind 127.0.0.1\n  tls ${certFile} ${keyFile}`,
      '127.0.0.1:3000': `127.0.0.1:${app}`,
    })
    const options = `{\n  admin off\n  skip_install_trust\n  http_port ${plain}\n  https_port ${tls}\n}\n`
    writeFileSync(join(directory, 'Caddyfile'), options + site)
    const env = { PATH: process.env.PATH, HOME: directory, XDG_DATA_HOME: directory, XDG_CONFIG_HOME: directory }
    return spawn('caddy', ['run', '--config', join(directory, 'Caddyfile')], { env })
  },
}

for (const proxy of [nginx, caddy])
  describe(`${proxy.name} as docs/deploy.md configures it`, function () {
    this.timeout(60_000)
    let running: ChildProcess | undefined
    let serving: Serving
    let ports: Ports
    let certificate: Certificate
    before(async () => {
      ports = { app: await freePort(), tls: await freePort(), plain: await freePort() }
      serving = startShop([...serve, '--workers=2'], layOutShop(), { ...production(), PORT: String(ports.app) })
      await serving.says(/Listening on/)
      const directory = freshDirectory()
      certificate = await makeCertificate(directory)
      running = proxy.start(directory, ports, certificate)
      await eventually(`${proxy.name} serves`, () => ask())
    })
    after(async () => {
      const ended = running && once(running, 'close')
      running?.kill('SIGTERM')
      await ended
      serving.kill()
    })

    const ask = async (headers: Record<string, string> = {}, agent?: Agent) => {
      const { cert: ca } = certificate
      const call = request({ port: ports.tls, host: 'localhost', family: 4, ca, headers, agent: agent ?? false })
      const [response] = (await once(call.end(), 'response')) as [IncomingMessage]
      const cookie = response.headers['set-cookie']?.[0] ?? ''
      return { status: response.statusCode, body: await text(response), cookie }
    }

    it('has nothing in it that the audit finds', () => expect(audit([proxy.file])).to.deep.equal([]))

    it('keeps a session, in a cookie that only HTTPS has, whatever a visitor says of himself', async () => {
      const { cookie } = await ask({ 'x-forwarded-proto': 'http' })
      expect(cookie).to.match(/^__Host-session=.*; secure/i)
      const [pair = ''] = cookie.split(';')
      expect((await ask({ cookie: pair })).body).to.equal('2 views')
      expect(serving.output).not.to.include('app.proxy')
    })

    it('sends visitors from http to https', async () => {
      const call = plainRequest({ port: ports.plain, host: '127.0.0.1', headers: { host: 'localhost' }, agent: false })
      const [response] = (await once(call.end(), 'response')) as [IncomingMessage]
      response.resume()
      expect(response.statusCode).to.be.within(301, 308)
      expect(response.headers.location).to.match(/^https:\/\/localhost/)
    })

    it('fails no request while serve reloads', async () => {
      const agent = new Agent({ keepAlive: true })
      const [pair = ''] = (await ask()).cookie.split(';')
      let reloading = true
      const others: string[] = []
      const client = async () => {
        for (; reloading; ) {
          const { status, body } = await ask({ cookie: pair }, agent)
          if (status !== 200 || !/^\d+ views$/.test(body) || body === '1 views') others.push(`${status} ${body}`)
        }
      }
      const clients = [client(), client(), client(), client()]
      await serving.signal('SIGHUP').says(/reloaded 2 workers/)
      reloading = false
      await Promise.all(clients)
      agent.destroy()
      expect(others).to.deep.equal([])
    })
  })
