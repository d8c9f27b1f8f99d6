import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'koa-shared-session')

/**
 * The path of a Node of this version, such as `20.19.0` or `24`: npm installs it, once for each version, into the user's cache
 * directory. `latest` is looked up anew each time.
 */
export function nodeProgram(version: string): string {
  const directory = join(cache, `node-${version}`)
  const program = join(directory, 'node_modules', platformPackage, 'bin/node')
  if (!existsSync(program) || version === 'latest') install(`${platformPackage}@${version}`, directory)
  return program
}

/** Node comes to npm as one package for each platform, without scripts. */
const platformPackage = `${process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'}-${process.platform}-${process.arch}`

function install(wanted: string, directory: string): void {
  mkdirSync(directory, { recursive: true })
  const args = ['install', '--prefix', directory, '--no-audit', '--no-fund', '--no-save', wanted]
  const { status, stderr } = spawnSync('npm', args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`npm does not install ${wanted}:\n${stderr}`)
}
