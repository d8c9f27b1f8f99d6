import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { eventually, freshDirectory } from '../servers/process.js'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** A running Chromium without a window, steered by the DevTools protocol. */
export interface Chromium {
  open(address: string, size?: Size): Promise<Tab>
  close(): Promise<void>
}

/** In CSS pixels. */
export interface Size {
  width: number
  height: number
}

/** Starts the Chromium that is on PATH, or the one that CHROMIUM names. */
export async function startChromium(): Promise<Chromium> {
  const profile = freshDirectory()
  const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run']
  const child = spawn(chromiumProgram(), [...flags, '--remote-debugging-port=0', `--user-data-dir=${profile}`], {
    stdio: 'ignore',
  })
  const file = join(profile, 'DevToolsActivePort')
  const [port, path] = await eventually('Chromium listens', async () => {
    if (child.exitCode !== null) throw new Error(`Chromium ended with ${child.exitCode}`)
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
    return lines.length === 2 && lines
  })
  const wire = await Wire.to(`ws://127.0.0.1:${port}${path}`)
  return { open: (address, size) => openTab(wire, address, size), close: () => end(child, wire) }
}

/** One page. */
export class Tab {
  readonly #wire: Wire
  readonly #session: string
  /** What went wrong in the page: exceptions that nobody caught, and errors in its console. */
  readonly errors: string[] = []

  constructor(wire: Wire, session: string) {
    this.#wire = wire
    this.#session = session
    wire.listen(session, 'Runtime.exceptionThrown', ({ exceptionDetails }) =>
      this.errors.push(JSON.stringify(exceptionDetails)),
    )
    wire.listen(session, 'Log.entryAdded', ({ entry }) => {
      if (Reflect.get(Object(entry), 'level') === 'error') this.errors.push(JSON.stringify(entry))
    })
  }

  send(method: string, params: Json = {}): Promise<Json> {
    return this.#wire.send(method, params, this.#session)
  }

  /** The value of an expression in the page; a promise is awaited. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    })
    if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails))
    return Reflect.get(Object(result), 'value')
  }

  /** Waits until an expression in the page is true. */
  until(expression: string): Promise<boolean> {
    return eventually(expression, () => this.evaluate<boolean>(expression))
  }

  /** Clicks in the middle of the element, as a mouse does. */
  async click(selector: string): Promise<void> {
    const box = `document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect()`
    const [x, y] = await this.evaluate<[number, number]>(
      `(({ x, y, width, height }) => [x + width / 2, y + height / 2])(${box})`,
    )
    for (const type of ['mousePressed', 'mouseReleased'])
      await this.send('Input.dispatchMouseEvent', { type, x, y, button: 'left', clickCount: 1 })
  }

  /** What the page looks like, as a PNG. */
  async picture(): Promise<Buffer> {
    const { data } = await this.send('Page.captureScreenshot', { format: 'png' })
    return Buffer.from(String(data), 'base64')
  }
}

type Json = Record<string, unknown>
type Listener = (params: Json) => void

/** The DevTools protocol over one WebSocket. */
class Wire {
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, { resolve: (result: Json) => void; reject: (error: Error) => void }>()
  readonly #listeners = new Map<string, Listener>()
  #last = 0

  constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (bytes) => this.#take(JSON.parse(String(bytes))))
    socket.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('Chromium ended'))
    })
  }

  static async to(address: string): Promise<Wire> {
    const socket = new WebSocket(address, { maxPayload: 64 * 1024 * 1024 })
    await once(socket, 'open')
    return new Wire(socket)
  }

  send(method: string, params: Json, sessionId?: string): Promise<Json> {
    this.#last += 1
    const id = this.#last
    this.#socket.send(JSON.stringify({ id, method, params, sessionId }))
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
  }

  listen(session: string, method: string, listener: Listener): void {
    this.#listeners.set(`${session} ${method}`, listener)
  }

  #take({ id, method, params, sessionId, result, error }: Message): void {
    if (id === undefined) {
      this.#listeners.get(`${sessionId} ${method}`)?.(params ?? {})
      return
    }
    const call = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (error) call?.reject(new Error(error.message))
    else call?.resolve(result ?? {})
  }
}

interface Message {
  id?: number
  method?: string
  params?: Json
  sessionId?: string
  result?: Json
  error?: { message: string }
}

async function openTab(wire: Wire, address: string, size: Size = { width: 1000, height: 700 }): Promise<Tab> {
  const { targetId } = await wire.send('Target.createTarget', { url: 'about:blank' })
  const { sessionId } = await wire.send('Target.attachToTarget', { targetId, flatten: true })
  const tab = new Tab(wire, String(sessionId))
  for (const domain of ['Page', 'Runtime', 'Log']) await tab.send(`${domain}.enable`)
  await tab.send('Emulation.setDeviceMetricsOverride', { ...size, deviceScaleFactor: 1, mobile: false })
  await tab.send('Page.navigate', { url: address })
  await tab.until(`location.href !== 'about:blank' && document.readyState === 'complete'`)
  return tab
}

async function end(child: ChildProcess, wire: Wire): Promise<void> {
  const ended = once(child, 'exit')
  await wire.send('Browser.close', {})
  await ended
}

function chromiumProgram(): string {
  const asked = process.env.CHROMIUM
  const found = [...(asked ? [asked] : []), ...names].find((name) => spawnSync(name, ['--version']).status === 0)
  if (!found) throw new Error('No Chromium is on PATH. "node test/servers/ensure-chromium.mjs" installs one.')
  return found
}
