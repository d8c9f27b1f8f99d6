import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { connect as connectTls } from 'node:tls'
import { expect } from 'chai'
import { type Certificate, makeCertificate } from '../servers/certificate.js'
import { eventually, freshDirectory } from '../servers/process.js'
import { type Serving, startServe } from './serving.js'

const listen = 'listen(process.env.PORT, "127.0.0.1")'
const goodbye = (act: string) => `process.on('koa-shared-session:drain', () => { for (const each of open) ${act} })`

/** Apps that hold connections open; with GOODBYE they end them when told that the worker drains. */
const apps = {
  http2: `require('node:http2').createServer((request, response) => {
    console.log('got it')
    request.resume().on('end', () => response.end('finished'))
  }).${listen}`,
  https: `
    const { readFileSync } = require('node:fs')
    const options = { key: readFileSync(process.env.KEY), cert: readFileSync(process.env.CERT) }
    require('node:https').createServer(options, (request, response) => {
      console.log('got it')
      request.resume().on('end', () => response.end('finished'))
    }).${listen}`,
  stream: `
    const open = new Set()
    require('node:http').createServer((request, response) => {
      response.write('data: 1\\n\\n')
      open.add(response)
    }).${listen}
    if (process.env.GOODBYE) ${goodbye("each.end('data: bye\\n\\n')")}`,
  upgrade: `
    const open = new Set()
    require('node:http').createServer().on('upgrade', (request, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: x\\r\\nConnection: Upgrade\\r\\n\\r\\n')
      open.add(socket)
    }).${listen}
    if (process.env.GOODBYE) ${goodbye("each.end('bye')")}`,
  tcp: `require('node:net').createServer((socket) => {
    socket.write('hello ')
    socket.on('data', (bytes) => socket.end(bytes))
  }).${listen}`,
  hooks: `
    require('node:http').createServer((request, response) => response.end()).${listen}
    process.on('koa-shared-session:shutdown', (waitUntil) => {
      waitUntil(new Promise((resolve) => setImmediate(resolve)).then(() => console.log('flushed')))
      waitUntil(Promise.reject(new Error('one that fails')))
      throw new Error('one that throws')
    })`,
}

describe('A worker that ends', () => {
  const directory = freshDirectory()
  let certificate: Certificate
  let serving: Serving | undefined
  before(async () => {
    certificate = await makeCertificate(directory)
    for (const [name, source] of Object.entries(apps)) writeFileSync(join(directory, `${name}.cjs`), source)
  })
  afterEach(() => serving?.kill())

  async function serve(
    app: keyof typeof apps,
    env: Record<string, string> = {},
    flags: string[] = [],
  ): Promise<Serving> {
    const options = {
      env: { KEY: certificate.keyFile, CERT: certificate.certFile, ...env },
      flags: ['-w', '1', ...flags],
    }
    serving = await startServe({ app: join(directory, `${app}.cjs`), ...options })
    return serving.says(/Listening on/)
  }

  /** A connection that the server holds open: a response that goes on, or one that is no longer HTTP. */
  async function openStream(served: Serving): Promise<IncomingMessage> {
    const [response] = await once(request({ port: served.port, agent: false }).end(), 'response')
    await once(response, 'readable')
    return response
  }
  async function upgrade(served: Serving): Promise<Socket> {
    const headers = { connection: 'upgrade', upgrade: 'x' }
    const [, socket] = await once(request({ port: served.port, headers, agent: false }).end(), 'upgrade')
    return socket
  }

  it('answers HTTP/2 requests under way, and says goodbye to the connection', async () => {
    const served = await serve('http2')
    expect(served.output).to.include(`http://127.0.0.1:${served.port}`)
    const client = connectHttp2(`http://127.0.0.1:${served.port}`)
    const stream = client.request({ ':method': 'POST' }, { endStream: false })
    await served.says(/got it/)
    const goneAway = once(client, 'goaway')
    served.signal('SIGTERM')
    await goneAway
    stream.end()
    expect(await text(stream)).to.equal('finished')
    expect(await served.ended()).to.equal(0)
  })

  it('answers HTTPS requests under way', async () => {
    const served = await serve('https')
    expect(served.output).to.include(`https://127.0.0.1:${served.port}`)
    const socket = connectTls({ port: served.port, host: '127.0.0.1', rejectUnauthorized: false })
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nhe')
    await served.says(/got it/)
    await served.signal('SIGTERM').refuses()
    socket.write('ld')
    expect(await text(socket)).to.match(/^HTTP\/1\.1 200 [\s\S]*Connection: close[\s\S]*finished/)
    expect(await served.ended()).to.equal(0)
  })

  it('lets the app end its event streams', async () => {
    const served = await serve('stream', { GOODBYE: '1' })
    const response = await openStream(served)
    served.signal('SIGTERM')
    expect(await text(response)).to.equal('data: 1\n\ndata: bye\n\n')
    expect(await served.ended()).to.equal(0)
  })

  it('lets the app end its WebSockets', async () => {
    const served = await serve('upgrade', { GOODBYE: '1' })
    const socket = await upgrade(served)
    served.signal('SIGTERM')
    expect(await text(socket)).to.equal('bye')
    socket.end()
    expect(await served.ended()).to.equal(0)
  })

  for (const app of ['stream', 'upgrade'] as const)
    it(`waits no longer than the grace for ${app === 'stream' ? 'an event stream' : 'a WebSocket'} that goes on`, async () => {
      const served = await serve(app, {}, ['--graceful-timeout', '0.5'])
      const held = await (app === 'stream' ? openStream(served) : upgrade(served))
      held.on('error', () => undefined)
      expect(await served.stop()).to.equal(1)
      await eventually('the connection is gone', async () => held.destroyed || held.closed)
    })

  it('waits for connections that are not HTTP', async () => {
    const served = await serve('tcp')
    expect(served.output).to.include(`tcp://127.0.0.1:${served.port}`)
    const socket = connect(served.port, '127.0.0.1')
    await once(socket, 'readable')
    await served.signal('SIGTERM').says(/stopping/)
    socket.write('again')
    expect(await text(socket)).to.equal('hello again')
    expect(await served.ended()).to.equal(0)
  })

  it('does first what the app still has to do, also where some of it fails', async () => {
    const served = await serve('hooks')
    expect(await served.stop()).to.equal(0)
    expect(served.output).to.include('flushed').and.include('one that throws')
  })
})
