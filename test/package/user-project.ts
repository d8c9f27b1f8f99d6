import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../project.js'
import { freshDirectory } from '../servers/process.js'

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

/** Runs a program of Node, and answers when it has ended. */
export function runNode(args: string[], directory: string, env: Record<string, string> = {}): Outcome {
  return finished(process.execPath, args, directory, { PATH: process.env.PATH, ...env })
}

/** Runs the package's own command as a user of the project does. */
export function runCommand(args: string[], project: string): Outcome {
  return finished('npx', ['--no-install', 'koa-shared-session', ...args], project, process.env)
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
export function installInto(packages: string[]): string {
  const directory = freshDirectory()
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ name: 'user', private: true, type: 'module' }))
  const args = ['install', '--no-audit', '--no-fund', '--prefer-offline', ...packages]
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
