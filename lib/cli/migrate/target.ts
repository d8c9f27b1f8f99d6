import { existsSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { posix } from '../../audit/project/read-directory.js'
import { UsageError } from '../usage-error.js'

/** The directory to audit, and the entry where a file was named. */
export interface Target {
  readonly root: string
  readonly entry: string | undefined
}

/** A directory is audited; a file is the entry of the app it belongs to. */
export function targetOf(word: string, from: string): Target {
  const path = resolve(from, word)
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) throw new UsageError(`There is no file or directory ${JSON.stringify(word)}.`)
  if (stat.isDirectory()) return { root: realpathSync(path), entry: undefined }
  if (!/^[^.]+$|\.([cm]?[jt]sx?|py)$/.test(basename(path)))
    throw new UsageError(`${JSON.stringify(word)} is no file of JavaScript, TypeScript or Python.`)
  const file = realpathSync(path)
  const root = packageAbove(dirname(file)) ?? dirname(file)
  return { root, entry: posix(relative(root, file)) }
}

/** The entry as the project names its files, from the directory or from where the command runs. */
export function entryIn(root: string, word: string, from: string): string {
  const found = [resolve(root, word), resolve(from, word)].find((path) => existsSync(path))
  if (found === undefined) throw new UsageError(`There is no file ${JSON.stringify(word)} for --entry.`)
  const file = posix(relative(root, realpathSync(found)))
  if (file.startsWith('../')) throw new UsageError(`--entry ${word} is not in the directory that is audited.`)
  return file
}

/** An environment file as the project names its files; as it was written where it is outside. */
export function envFileIn(root: string, word: string, from: string): string {
  const inside = posix(relative(root, resolve(from, word)))
  return inside.startsWith('../') ? word : inside
}

function packageAbove(directory: string): string | undefined {
  if (existsSync(join(directory, 'package.json'))) return directory
  const parent = dirname(directory)
  return parent === directory ? undefined : packageAbove(parent)
}
