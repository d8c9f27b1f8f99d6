import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { projectRoot } from '../project.js'

const program = join(projectRoot, 'dist/bin/koa-shared-session.js')

export interface Ran {
  code: number | null
  out: string
  err: string
}

/** Runs the command line with nothing but these environment variables. */
export function cli(
  words: string[],
  { env = {}, cwd = projectRoot }: { env?: Record<string, string>; cwd?: string } = {},
): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    encoding: 'utf8',
  })
  return { code: status, out: stdout, err: stderr }
}
