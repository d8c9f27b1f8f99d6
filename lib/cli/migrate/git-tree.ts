import { execFileSync } from 'node:child_process'

/** What git could not give back below a directory. */
export interface Uncommitted {
  /** Files that git tracks, with changes; paths from the root of the checkout. */
  readonly changed: readonly string[]
  /** Whether git does not know the file; the path is relative to the directory. */
  isUnknown(file: string): boolean
}

/** Asks git about the directory. Undefined where git keeps nothing. */
export function uncommitted(root: string): Uncommitted | undefined {
  try {
    const words = ['status', '--porcelain', '-z', '--no-renames', '--untracked-files=normal', '--', '.']
    const lines = git(root, words).split('\0').filter(Boolean)
    const above = git(root, ['rev-parse', '--show-prefix']).trimEnd()
    const [unknown, changed] = [lines.filter(isUntracked).map(pathOf), lines.filter((line) => !isUntracked(line))]
    return { changed: changed.map(pathOf), isUnknown: (file) => unknown.some((path) => holds(path, above + file)) }
  } catch {
    return undefined
  }
}

function git(root: string, words: readonly string[]): string {
  return execFileSync('git', words, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 64 * 1024 * 1024,
  })
}

const isUntracked = (line: string) => line.startsWith('?? ')

const pathOf = (line: string) => line.slice('XY '.length)

/** A folder of which git knows nothing stands for all that is in it. */
const holds = (path: string, file: string) => (path.endsWith('/') ? file.startsWith(path) : file === path)
