import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { appDirectoryName } from '../core/app-name.js'

/**
 * The session directory when none is set: named after the app, so that its workers agree and other apps keep out.
 * `started` is the file that Node was started with, `from` the directory in which.
 */
export function defaultDirectory(started = process.argv[1], from = process.cwd()): string {
  const name = packageNameAbove(from) ?? (started && packageNameAbove(dirname(started)))
  return join(tmpdir(), appDirectoryName(name || 'koa'))
}

/** The `name` of the nearest package.json that has one. */
function packageNameAbove(directory: string): string | undefined {
  const name = packageName(join(directory, 'package.json'))
  if (name) return name
  const parent = dirname(directory)
  return parent === directory ? undefined : packageNameAbove(parent)
}

function packageName(file: string): string | undefined {
  try {
    const name: unknown = JSON.parse(readFileSync(file, 'utf8')).name
    return typeof name === 'string' && name !== '' ? name : undefined
  } catch {
    return undefined
  }
}
