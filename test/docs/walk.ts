import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { expect } from 'chai'
import { projectRoot } from '../project.js'
import { eventually } from '../servers/process.js'

/** Where the commands of a page run. */
export interface Walk {
  directory: string
  /** Stands for port 3000 of the page. */
  port: number
  /** The package as it would be published. */
  tarball?: string
  env?: Record<string, string>
  /** What else of the page stands for something here: a Redis, a directory. */
  places?: Record<string, string>
  stop: () => Promise<unknown>
}

const goesOn = /^npm start$|^npx koa-shared-session serve /

/** Runs the lines of a block one after the other, and answers what they print. A server goes on until the next one. */
export async function runBlock(walk: Walk, code: string): Promise<string> {
  let output = ''
  for (const line of code.trimEnd().split('\n'))
    output += goesOn.test(line) ? await serve(walk, line) : shell(walk, line)
  return output
}

/** Each line of a `text` block stands in what was printed, however that was wrapped and aligned. */
export function shows(walk: Walk, output: string, code: string): void {
  const words = (text: string) => text.trim().replace(/\s+/g, ' ')
  for (const line of code.trimEnd().split('\n')) expect(words(output)).to.include(words(inThisPlace(walk, line)))
}

function shell(walk: Walk, line: string): string {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', inThisPlace(walk, line)], {
    cwd: walk.directory,
    encoding: 'utf8',
    env: environment(walk),
  })
  expect(status, `${line}\n${stdout}${stderr}`).to.be.oneOf(codesOf(line, stdout))
  return stdout
}

/** Findings are an answer, not a fault; and doctor's verdict and its exit code say the same. */
function codesOf(line: string, output: string): number[] {
  if (/koa-shared-session doctor/.test(line)) return [output.includes('NOT READY') ? 1 : 0]
  return /koa-shared-session migrate($| --diff| --write)/.test(line) ? [0, 1] : [0]
}

/** The package as it is here, not one that a registry has; a port that is free. */
function inThisPlace({ tarball, port, places = {} }: Walk, line: string): string {
  return Object.entries(places)
    .reduce((text, [there, here]) => text.replaceAll(there, here), line)
    .replace('npm install koa-shared-session', `npm install --prefer-offline ${tarball}`)
    .replaceAll('npx koa-shared-session', `${process.execPath} ${projectRoot}dist/bin/koa-shared-session.js`)
    .replaceAll('127.0.0.1:3000', `127.0.0.1:${port}`)
}

const quietNpm = { npm_config_update_notifier: 'false', npm_config_audit: 'false', npm_config_fund: 'false' }

function environment({ port, env }: Walk): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env
  return { PATH, HOME, PORT: String(port), ...quietNpm, ...env }
}

async function serve(walk: Walk, line: string): Promise<string> {
  await walk.stop()
  const child = spawn('sh', ['-c', `exec ${inThisPlace(walk, line)}`], { cwd: walk.directory, env: environment(walk) })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk
    })
  const ended = once(child, 'close')
  walk.stop = async () => {
    child.kill('SIGTERM')
    await eventually('it has ended', async () => child.exitCode !== null || child.signalCode !== null)
    // The pipes stay open as long as a worker lives.
    await ended
  }
  await eventually('it listens', async () => {
    if (child.exitCode !== null) throw new Error(output)
    return output.includes('Listening on')
  })
  return output
}
