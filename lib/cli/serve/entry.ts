import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { nearest } from '../nearest.js'
import { UsageError } from '../usage-error.js'

const endings = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '/index.js']

/** The file that an operand names: itself, with an ending, or what a directory's package.json calls `main`. */
export function findEntry(operand: string): string {
  const path = resolve(operand)
  const candidates = [path, ...mainOf(path), ...endings.map((ending) => path + ending)]
  const found = candidates.find(isFile)
  if (found) return found
  if (isDirectory(path))
    throw new UsageError(
      `${path} is a directory, and no package.json in it says which file is main: name the file that starts the server.`,
    )
  throw new UsageError(`There is no file ${path} to serve.`, nearest(basename(path), namesBeside(path)))
}

/** @throws UsageError where Node cannot run the file and nothing that could help is loaded before it */
export function refuseUnreadable(entry: string, loaders: readonly string[], nodeOptions: string): void {
  const isTypeScript = /^\.[mc]?ts$/.test(extname(entry))
  const strips = 'typescript' in process.features && Boolean(process.features.typescript)
  const helped =
    loaders.length > 0 || /--(import|require|loader|experimental-(strip|transform)-types)|-r\b/.test(nodeOptions)
  if (!isTypeScript || strips || helped) return
  throw new UsageError(
    `${entry} is TypeScript, which Node ${process.versions.node} does not run by itself. Load something that can: npm install --save-dev tsx, then serve ${basename(entry)} --import tsx. Or build it first, and serve what the build makes.`,
  )
}

function mainOf(directory: string): string[] {
  try {
    const { main } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
    return typeof main === 'string' ? [join(directory, main)] : []
  } catch {
    return []
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function namesBeside(path: string): string[] {
  try {
    return readdirSync(dirname(path))
  } catch {
    return []
  }
}
