import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../project.js'
import { eventually, freePort, freshDirectory } from '../servers/process.js'

/** What a program printed, and how it ended. */
export interface Outcome {
  code: number | null
  output: string
}

/** The package as it would be published. */
export interface Tarball {
  path: string
  files: string[]
  size: number
}

/** Both ends of each major version of Koa that package.json asks for: the name to import, and what npm installs under it. */
export const koas = {
  'koa-3': 'koa-3@npm:koa@3',
  'koa-3.0.0': 'koa-3.0.0@npm:koa@3.0.0',
  'koa-2': 'koa-2@npm:koa@2',
  'koa-2.16.0': 'koa-2.16.0@npm:koa@2.16.0',
} as const

/** Runs a program with this Node or another, and answers when it has ended. */
export function runNode(
  args: string[],
  directory: string,
  env: Record<string, string> = {},
  node: string = process.execPath,
): Outcome {
  return finished(node, args, directory, { PATH: process.env.PATH, ...env })
}

/** Runs the package's own command as a user of the project does. */
export function runCommand(args: string[], project: string): Outcome {
  return finished('npx', ['--no-install', 'koa-shared-session', ...args], project, process.env)
}

/** Runs the command of a tarball as somebody does who has nothing yet: no project, no cache. */
export function tryOut(
  tarball: string,
  args: string[],
  { directory, cache }: Newcomer,
  env: Record<string, string> = {},
): Outcome {
  return finished('npx', tryOutArgs(tarball, args), directory, { ...process.env, ...env, npm_config_cache: cache })
}

/** Lets `serve` of a tarball run an app with two workers, for somebody who has nothing yet. */
export async function serveOut(tarball: string, app: string, { directory, cache }: Newcomer): Promise<Serving> {
  const port = await freePort()
  const args = tryOutArgs(tarball, ['serve', app, '--workers', '2', '--pid-file', 'serve.pid'])
  const env = { ...process.env, npm_config_cache: cache, PORT: String(port) }
  const child = spawn('npx', args, { cwd: directory, env, stdio: 'ignore' })
  const ended = once(child, 'close')
  const address = `http://127.0.0.1:${port}`
  await eventually('serve answers', async () => (await fetch(address)).ok)
  const stop = async () => {
    // npx hands no signal on to what it runs.
    process.kill(Number(readFileSync(join(directory, 'serve.pid'), 'utf8')), 'SIGTERM')
    const [code] = await ended
    return code
  }
  return { address, stop }
}

/** An app under `serve`. `stop` answers the exit code. */
export interface Serving {
  address: string
  stop(): Promise<number | null>
}

const tryOutArgs = (tarball: string, args: string[]) => ['--yes', '--package', tarball, 'koa-shared-session', ...args]

/** An empty directory, and an empty cache of npm. */
export interface Newcomer {
  directory: string
  cache: string
}

/** Runs a tool of this project's own node_modules. */
export function runTool(script: string, args: string[], directory: string): Outcome {
  return finished(process.execPath, [join(projectRoot, 'node_modules', script), ...args], directory, process.env)
}

/** Packs what dist/ holds now. */
export function pack(): Tarball {
  const directory = freshDirectory()
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', directory]
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd: projectRoot, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  // npm 12 answers an object by package name, earlier ones a list.
  const [packed] = Object.values(JSON.parse(stdout)) as { filename: string; size: number; files: { path: string }[] }[]
  if (!packed) throw new Error(`npm pack answered nothing of use: ${stdout}`)
  return { path: join(directory, packed.filename), files: packed.files.map(({ path }) => path), size: packed.size }
}

/** An empty project with these packages installed, as a user makes one. */
export function installInto(packages: string[], flags: string[] = []): string {
  const directory = freshDirectory()
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ name: 'user', private: true, type: 'module' }))
  const args = ['install', '--no-audit', '--no-fund', '--prefer-offline', ...flags, ...packages]
  const { code, output } = finished('npm', args, directory, process.env)
  if (code !== 0) throw new Error(output)
  return directory
}

/** Puts files into a project's directory, and answers that. */
export function put(project: string, folder: string, files: Record<string, string>): string {
  const directory = join(project, folder)
  mkdirSync(directory, { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
  return directory
}

function finished(program: string, args: string[], cwd: string, env: NodeJS.ProcessEnv): Outcome {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, env, encoding: 'utf8' })
  if (error) throw error
  return { code: status, output: stdout + stderr }
}
