import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cli } from '../cli/run.js'
import { projectRoot } from '../project.js'
import { eventually, freePort } from '../servers/process.js'
import { install } from '../truth/apps.js'

/** A good key. */
export const key = 'Vd7Rk2mXq9Ls4TzB8nWc6HyP1gJf5UaE3oMiKt0xQv'

/** The app that the guide begins with, as it is: a directory in which it finds its packages. */
export function bookshop(): string {
  const fixture = join(projectRoot, 'examples/before')
  const files = readdirSync(fixture).map((name) => [name, readFileSync(join(fixture, name), 'utf8')])
  return install(Object.fromEntries(files), ['koa', 'koa-router', 'koa-session'])
}

/** The same after `migrate --write --unsafe`. */
export function migratedBookshop(): string {
  const directory = bookshop()
  const { code, err } = cli(['migrate', directory, '--write', '--unsafe', '--fail-on', 'never'])
  if (code !== 0) throw new Error(err)
  return directory
}

export interface Started {
  port: number
  stop(): Promise<unknown>
}

/** Starts a file of the app in one process. What it says is added to app.log. */
export async function start(directory: string, env: Record<string, string>, file = 'server.js'): Promise<Started> {
  const port = await freePort()
  const log = openSync(join(directory, 'app.log'), 'a')
  const child = spawn(process.execPath, [file], {
    cwd: directory,
    env: { PATH: process.env.PATH, PORT: String(port), ...env },
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const ended = once(child, 'exit')
  await eventually('it listens', async () => {
    if (child.exitCode !== null) throw new Error(readFileSync(join(directory, 'app.log'), 'utf8'))
    return (await fetch(`http://127.0.0.1:${port}/`)) !== undefined
  })
  return {
    port,
    stop: () => {
      child.kill('SIGKILL')
      return ended
    },
  }
}
