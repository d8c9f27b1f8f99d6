import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../project.js'
import { eventually, freshDirectory } from '../servers/process.js'

const setUp = 'npm ci && npm run build'
const program = `${process.execPath} dist/bin/koa-shared-session.js`

/** A running example, started by the words of its own README. */
export class StartedExample {
  readonly address: string
  readonly #child: ChildProcess
  readonly #output: () => string

  constructor(child: ChildProcess, address: string, output: () => string) {
    this.#child = child
    this.address = address
    this.#output = output
  }

  get output(): string {
    return this.#output()
  }

  async stop(): Promise<number | string> {
    const ended = once(this.#child, 'close')
    this.#child.kill('SIGTERM')
    const [code, signal] = await ended
    return code ?? signal
  }
}

/** The commands of an example's README, after the one that sets up the project. */
export function commandsOf(name: string): string[] {
  const readme = readFileSync(join(projectRoot, 'examples', name, 'README.md'), 'utf8')
  const [, block = ''] = /^```sh\n([\s\S]*?)^```$/m.exec(readme) ?? []
  const [first, ...commands] = block.trim().split('\n')
  if (first !== setUp || commands.length === 0)
    throw new Error(`The first block of examples/${name}/README.md is not "${setUp}" and what starts the example.`)
  for (const [file] of readme.matchAll(/\bexamples\/[\w./-]+\.\w+/g))
    if (!file.includes('/build/') && !existsSync(join(projectRoot, file)))
      throw new Error(`examples/${name}/README.md names ${file}, which is not there.`)
  return commands
}

/** Starts an example with the last command of its README, on a port that the system gives, and answers when it listens. */
export function startExample(name: string, env: Record<string, string> = {}): Promise<StartedExample> {
  return startCommand(commandsOf(name).at(-1) ?? '', env)
}

/** Starts a server with a command line as a README has it, and answers when it listens. */
export async function startCommand(command: string, env: Record<string, string> = {}): Promise<StartedExample> {
  const words = command.replaceAll('npx koa-shared-session', program)
  const child = spawn('sh', ['-c', `exec env ${words}`], {
    cwd: projectRoot,
    env: { PATH: process.env.PATH, PORT: '0', SESSION_FILE_DIR: `${freshDirectory()}/sessions`, ...env },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk
    })
  const address = await eventually(`${command} listens`, async () => {
    const [, found] = /Listening on (\S+)/i.exec(output) ?? []
    return found ?? (child.exitCode === null ? undefined : 'ended')
  }).catch(() => 'late')
  if (address.startsWith('http')) return new StartedExample(child, address, () => output)
  child.kill('SIGKILL')
  throw new Error(`${command}: ${address}, after:\n${output}`)
}
