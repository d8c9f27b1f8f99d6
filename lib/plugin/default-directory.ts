import { existsSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { appDirectoryName } from '../core/app-name.js'

/**
 * The session directory when none is set: named after the app, so that its workers agree and other apps keep out. An app
 * whose package has no name is called as its folder is.
 * `started` is the file that Node was started with, empty where that is not the app; `from` the directory in which.
 */
export function defaultDirectory(started = process.argv[1] ?? '', from = process.cwd()): string {
  const places = started === '' ? [from] : [from, dirname(started)]
  const name = firstOf(places, packageNameAbove) ?? firstOf(places, packageFolderAbove) ?? 'koa'
  return join(tmpdir(), appDirectoryName(name))
}

function firstOf(places: readonly string[], find: (directory: string) => string | undefined): string | undefined {
  return places.map(find).find(Boolean)
}

/** The `name` of the nearest package.json that has one. */
function packageNameAbove(directory: string): string | undefined {
  return nearest(directory, (place) => packageName(join(place, 'package.json')))
}

/** The folder of the nearest package.json. */
function packageFolderAbove(directory: string): string | undefined {
  return nearest(directory, (place) => (existsSync(join(place, 'package.json')) ? basename(place) : undefined))
}

function nearest(directory: string, find: (place: string) => string | undefined): string | undefined {
  const found = find(directory)
  if (found) return found
  const parent = dirname(directory)
  return parent === directory ? undefined : nearest(parent, find)
}

function packageName(file: string): string | undefined {
  try {
    const name: unknown = JSON.parse(readFileSync(file, 'utf8')).name
    return typeof name === 'string' && name !== '' ? name : undefined
  } catch {
    return undefined
  }
}
