import { execFileSync } from 'node:child_process'

/** Files below the directory that git would lose: changed or unknown to it. Undefined where git keeps nothing. */
export function uncommitted(root: string): readonly string[] | undefined {
  try {
    const status = execFileSync('git', ['status', '--porcelain', '-z', '--untracked-files=normal', '--', '.'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 64 * 1024 * 1024,
    })
    return status
      .split('\0')
      .filter(Boolean)
      .map((line) => line.replace(/^.. /, ''))
  } catch {
    return undefined
  }
}
