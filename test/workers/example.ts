import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../project.js'
import { eventually } from '../servers/process.js'

/** The running example. */
export interface Example {
  output(): string
  /** Where it listens, as it says itself. Fails when it ends instead. */
  address(): Promise<string>
  /** The exit code, or the signal, once it has ended. */
  ended(): Promise<number | string>
  end(signal: NodeJS.Signals): Promise<number | string>
  kill(): void
}

/** Starts what `npm start` starts after the build, with nothing but these environment variables. */
export function startExample(env: Record<string, string>): Example {
  const child = spawn('sh', ['-c', startCommand()], { cwd: projectRoot, env: { PATH: process.env.PATH, ...env } })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const exit = once(child, 'close').then(([code, signal]): number | string => code ?? signal)
  return {
    output: () => output,
    ended: () => exit,
    address: () =>
      eventually('the example listens', async () => {
        const [address] = /http:\/\/[\d.:]+/.exec(output) ?? []
        if (!address && child.exitCode !== null) throw new Error(output)
        return address
      }),
    end(signal) {
      child.kill(signal)
      return exit
    },
    kill: () => void child.kill('SIGKILL'),
  }
}

function startCommand(): string {
  const { scripts } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'))
  const [build, server] = scripts.start.split(' && ')
  if (build !== 'npm run build' || !server)
    throw new Error(`npm start is no longer a build and a server: ${scripts.start}`)
  return server
}

/** Somebody with a browser: one cookie, every request on a new connection. */
export class Visitor {
  cookie = ''
  readonly #address: string

  constructor(address: string) {
    this.#address = address
  }

  async get(path: string): Promise<{ user: string | undefined; clicks: number; pid: string }> {
    const html = await (await this.#ask(path)).text()
    const part = (pattern: RegExp) => pattern.exec(html)?.[1]
    return {
      user: part(/id="user">(.*?)<\/span>/),
      clicks: Number(part(/id="clicks"[^>]*>(\d+)</)),
      pid: part(/pid (\d+)/) ?? '',
    }
  }

  /** Sends a form, and answers the status. */
  async post(path: string, fields: Record<string, string> = {}): Promise<number> {
    return (await this.#ask(path, { method: 'POST', body: new URLSearchParams(fields) })).status
  }

  async #ask(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { connection: 'close', cookie: this.cookie }
    const response = await fetch(this.#address + path, { ...init, redirect: 'manual', headers })
    for (const line of response.headers.getSetCookie()) this.cookie = line.split(';')[0] ?? ''
    return response
  }
}
