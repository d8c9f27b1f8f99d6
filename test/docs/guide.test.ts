import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { committed } from '../cli/migrate-world.js'
import { pack } from '../package/user-project.js'
import { projectRoot } from '../project.js'
import { eventually, freePort, freshDirectory } from '../servers/process.js'
import { type Block, readPages } from './page.js'

const blocks = readPages().find(({ path }) => path === 'docs/guide.md')?.blocks ?? []

/** Where a command of the guide runs: the app of the fixture, and what it has become so far. */
interface Walk {
  directory: string
  port: number
  tarball: string
  stop: () => Promise<void>
}

describe('the guide, walked with the app of the fixture', function () {
  this.timeout(180_000)
  let walk: Walk
  before(async () => {
    const directory = join(freshDirectory(), 'bookshop')
    cpSync(join(projectRoot, 'test/fixtures/before'), directory, { recursive: true })
    walk = { directory: committed(directory), port: await freePort(), tarball: pack().path, stop: async () => {} }
  })
  after(() => walk?.stop())

  for (const [index, block] of blocks.entries()) {
    if (block.language === 'diff') it(`line ${block.line}: the change by hand fits`, () => applies(walk, block))
    if (block.language === 'sh')
      it(`line ${block.line}: ${block.code.split('\n')[0]}`, async () => {
        const output = await run(walk, block.code)
        const next = blocks[index + 1]
        if (next?.language !== 'text') return
        for (const line of next.code.trimEnd().split('\n')) expect(output).to.include(line.trim())
      })
  }

  it('ends when npm is stopped, and leaves no worker behind', () => walk.stop())

  it('holds every kind of block that this test knows how to walk, and nothing else', () => {
    expect(new Set(blocks.map(({ language }) => language))).to.deep.equal(new Set(['sh', 'text', 'diff']))
  })
})

/** Runs the lines of a block one after the other, and answers what they print. A server goes on running. */
async function run(walk: Walk, code: string): Promise<string> {
  let output = ''
  for (const line of code.trimEnd().split('\n')) output += line === 'npm start' ? await serve(walk) : shell(walk, line)
  return output
}

function shell(walk: Walk, line: string): string {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', inThisPlace(walk, line)], {
    cwd: walk.directory,
    encoding: 'utf8',
    env: environment(walk),
  })
  // Findings are an answer, not a fault.
  const expected = /^npx koa-shared-session migrate$|migrate --diff/.test(line) ? [0, 1] : [0]
  expect(status, `${line}\n${stdout}${stderr}`).to.be.oneOf(expected)
  return stdout
}

/** The package as it would be published, not one that a registry has; a port that is free. */
function inThisPlace({ tarball, port }: Walk, line: string): string {
  return line
    .replace('npm install koa-shared-session', `npm install --no-audit --no-fund --prefer-offline ${tarball}`)
    .replaceAll('npx koa-shared-session', `${process.execPath} ${projectRoot}dist/bin/koa-shared-session.js`)
    .replaceAll('127.0.0.1:3000', `127.0.0.1:${port}`)
}

function environment({ port }: Walk): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env
  return { PATH, HOME, PORT: String(port), npm_config_update_notifier: 'false' }
}

async function serve(walk: Walk): Promise<string> {
  const child = spawn('npm', ['start'], { cwd: walk.directory, env: environment(walk) })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk
    })
  const ended = once(child, 'close')
  walk.stop = async () => {
    child.kill('SIGTERM')
    await eventually('npm has ended', async () => child.exitCode !== null || child.signalCode !== null)
    // The pipes stay open as long as a worker lives.
    await ended
  }
  await eventually('it listens', async () => {
    if (child.exitCode !== null) throw new Error(output)
    return output.includes('Listening on')
  })
  return output
}

function applies({ directory }: Walk, { code }: Block): void {
  writeFileSync(join(directory, '.git/by-hand.diff'), code)
  const { status, stderr } = spawnSync('git', ['apply', '.git/by-hand.diff'], { cwd: directory, encoding: 'utf8' })
  expect(status, stderr + readFileSync(join(directory, 'app.js'), 'utf8')).to.equal(0)
}
