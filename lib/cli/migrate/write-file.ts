import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { FileChange } from '../../audit/unified-diff.js'
import { isSound } from './sound-text.js'

/**
 * Writes one changed file. Answers why not, or undefined when it is written. A file that no longer parses is put back;
 * nothing outside the root is written, and nothing that changed since it was read.
 */
export async function writeChange(root: string, change: FileChange): Promise<string | undefined> {
  const path = join(root, ...change.file.split('/'))
  const existing = realDirectory(dirname(path))
  if (!isInside(root, existing)) return 'it is outside of the directory that is audited'
  if (change.before === undefined) return makeFile(path, change)
  if (!existsSync(path)) return 'it is gone'
  const real = realpathSync(path)
  if (!isInside(root, real)) return 'it is a link out of the directory that is audited'
  const bytes = readFileSync(real)
  if (!bytes.equals(Buffer.from(change.before))) return 'it is not UTF-8, or changed while it was read'
  try {
    writeFileSync(real, change.after)
  } catch (error) {
    return `it cannot be written (${codeOf(error)})`
  }
  if (await isSound(change.file, readFileSync(real, 'utf8'), change.before)) return undefined
  writeFileSync(real, bytes)
  return 'it would not parse afterwards, so it was put back'
}

async function makeFile(path: string, change: FileChange): Promise<string | undefined> {
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, change.after, { flag: 'wx' })
  } catch (error) {
    return codeOf(error) === 'EEXIST' ? 'there is such a file already' : `it cannot be written (${codeOf(error)})`
  }
  if (await isSound(change.file, change.after, undefined)) return undefined
  rmSync(path)
  return 'it would not parse, so it was not kept'
}

/** The deepest directory that exists, without links. */
function realDirectory(directory: string): string {
  return existsSync(directory) ? realpathSync(directory) : realDirectory(dirname(directory))
}

function isInside(root: string, path: string): boolean {
  const way = relative(realpathSync(root), path)
  return way !== '..' && !/^\.\.[/\\]/.test(way) && !/^([a-z]:|[/\\])/i.test(way)
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
