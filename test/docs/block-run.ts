import { type ChildProcess, fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { projectRoot } from '../project.js'
import type { Block, Page } from './page.js'

// Below the project, so that the blocks import the package by its name.
const workshop = fileURLToPath(new URL('./blocks/', import.meta.url))
const tool = (path: string) => join(projectRoot, 'node_modules', path)

/** Writes the blocks of a page side by side, so that one can import another, and answers where. */
export function layOut({ path, blocks }: Page): string {
  const directory = join(workshop, path.replace(/\W/g, '-'))
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
  for (const { file, code } of blocks) writeFileSync(join(directory, file), code)
  return directory
}

/** Compiles a TypeScript block as a strict project of its own. Answers the compiled file; fails with the compiler's words. */
export function compile(directory: string, { file }: Pick<Block, 'file'>): string {
  const options = [
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--types',
    'node',
    '--skipLibCheck',
    '--ignoreConfig',
  ]
  const { status, stdout } = spawnSync(process.execPath, [tool('typescript/bin/tsc'), ...options, file], {
    cwd: directory,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stdout)
  return file.replace(/\.ts$/, '.js')
}

/** How a program ended, or where it listens. */
export interface Running {
  port: number | undefined
  code: number | null
  output: string
  stop(): Promise<void>
}

/** Runs a file until it ends by itself or listens. */
export async function run(directory: string, file: string, env: Record<string, string>): Promise<Running> {
  const child = fork(fileURLToPath(new URL('./block-entry.js', import.meta.url)), [file], {
    cwd: directory,
    env: { PATH: process.env.PATH, ...env },
    silent: true,
  })
  const output = gather(child)
  const ended = once(child, 'close')
  const [message] = await Promise.race([once(child, 'message'), ended.then(() => [undefined])])
  return {
    port: message?.port,
    code: child.exitCode,
    output: output(),
    async stop() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

function gather(child: ChildProcess): () => string {
  let output = ''
  const add = (chunk: unknown) => {
    output += chunk
  }
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', add)
  return () => output
}

/** Runs a test file as its readers do, under the runner that it imports; undefined where it is no test. */
export function runAsTest(
  directory: string,
  { file, code }: Block,
): { code: number | null; output: string } | undefined {
  const runner = Object.entries(runners).find(([name]) => code.includes(`from '${name}'`))?.[1]
  if (!runner) return undefined
  const { status, stdout, stderr } = spawnSync(process.execPath, [...runner, file], {
    cwd: directory,
    env: { PATH: process.env.PATH },
    encoding: 'utf8',
  })
  return { code: status, output: stdout + stderr }
}

const runners = { mocha: [tool('mocha/bin/mocha.js'), '--no-config'], 'node:test': ['--test'] }
