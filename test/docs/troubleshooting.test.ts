import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { startServe } from '../cluster/serving.js'
import { eventually, freePort, freshDirectory } from '../servers/process.js'
import { bookshop, key, migratedBookshop, start } from './bookshop.js'
import { readPages } from './page.js'
import { runBlock, shows, type Walk } from './walk.js'

const blocks = readPages().find(({ path }) => path === 'docs/troubleshooting.md')?.blocks ?? []
const sessions = () => ({ SESSION_FILE_DIR: join(freshDirectory(), 'sessions') })

/** For each heading with commands an app that has the trouble. */
const scenes: Record<string, () => Promise<Walk>> = {
  'Logged in on one refresh, out on the next': async () => {
    const directory = bookshop()
    const serving = await startServe({
      app: join(directory, 'server.js'),
      cwd: directory,
      flags: ['--workers', '4', '--own-sessions'],
    })
    await serving.says(/with 4 workers/)
    return { directory, port: serving.port, stop: () => serving.stop() }
  },

  'Sessions are in the memory of each process': async () => atRest(bookshop()),

  'The processes have different keys': async () => {
    const directory = migratedBookshop()
    const shared = sessions()
    const first = await start(directory, { ...shared, SECRET_KEY: key })
    const second = await start(directory, { ...shared, SECRET_KEY: `${key}-another` })
    const { headers } = await fetch(`http://127.0.0.1:${first.port}/login?name=ada`, { method: 'POST' })
    const cookie = headers.getSetCookie()[0]?.split(';')[0] ?? ''
    await eventually('they notice each other', async () => {
      await fetch(`http://127.0.0.1:${second.port}/account`, { headers: { cookie } })
      return logOf(directory).includes('other secret keys')
    })
    return { directory, port: first.port, stop: () => Promise.all([first.stop(), second.stop()]) }
  },

  'The processes keep sessions in different places': async () => {
    const directory = migratedBookshop()
    const redis = await nobody()
    const first = await start(directory, { SECRET_KEY: key, REDIS_URL: `redis://${redis}` })
    const second = await start(directory, { SECRET_KEY: key, ...sessions() })
    const stop = () => Promise.all([first.stop(), second.stop()])
    return { directory, port: first.port, places: { '127.0.0.1:6379': redis }, stop }
  },

  'The browser does not send the cookie back': () =>
    running({ NODE_ENV: 'production', SECRET_KEY: key, ...sessions() }),

  'The server ended the session': async () => {
    const walk = await running({ SECRET_KEY: key, ...sessions() })
    await fetch(`http://127.0.0.1:${walk.port}/login?name=ada`, { method: 'POST' })
    return walk
  },

  'The key is another after each restart, or a known one': async () => atRest(migratedBookshop(), sessions()),

  'The sessions were in a directory that is gone, or open to others': async () => {
    const open = join(freshDirectory(), 'sessions')
    mkdirSync(open, { mode: 0o755 })
    return { ...(await atRest(migratedBookshop(), { SECRET_KEY: key })), places: { '/srv/sessions': open } }
  },

  'Redis connection errors': async () => {
    const redis = await nobody()
    const walk = await running({ SECRET_KEY: key, REDIS_URL: `redis://${redis}` })
    await fetch(`http://127.0.0.1:${walk.port}/login?name=ada`, { method: 'POST' })
    await logged(walk.directory, 'the session store')
    return { ...walk, places: { '127.0.0.1:6379': redis } }
  },

  'The look-alike: a page cache': async () => {
    const walk = await running({ SECRET_KEY: key, ...sessions() }, 'cached.js')
    await fetch(`http://127.0.0.1:${walk.port}/account`)
    return walk
  },
}

describe('docs/troubleshooting.md', function () {
  this.timeout(60_000)

  for (const [index, { language, heading, line, code }] of blocks.entries())
    if (language === 'sh')
      it(`line ${line}: ${code.split('\n')[0]}`, async () => {
        const walk = await scenes[heading]?.()
        if (!walk) throw new Error(`no scene for: ${heading}`)
        try {
          const output = await runBlock(walk, code)
          const next = blocks[index + 1]
          expect(next?.language).to.equal('text')
          shows(walk, output, next?.code ?? '')
        } finally {
          await walk.stop()
        }
      })

  it('has a command in every chapter', () => {
    const shell = blocks.filter(({ language }) => language === 'sh').map(({ heading }) => heading)
    expect([...new Set(shell)]).to.deep.equal(Object.keys(scenes))
  })
})

/** An app that does not run. */
async function atRest(directory: string, env: Record<string, string> = {}): Promise<Walk> {
  return { directory, port: await freePort(), env, stop: async () => {} }
}

async function running(env: Record<string, string>, file?: string): Promise<Walk> {
  const directory = migratedBookshop()
  writeFileSync(join(directory, 'cached.js'), cached)
  return { directory, env, ...(await start(directory, env, file)) }
}

const logOf = (directory: string) => readFileSync(join(directory, 'app.log'), 'utf8')

function logged(directory: string, words: string): Promise<boolean> {
  return eventually(`the log says: ${words}`, async () => logOf(directory).includes(words))
}

/** An address at which no Redis listens. */
async function nobody(): Promise<string> {
  return `127.0.0.1:${await freePort()}`
}

/** The app behind a cache that knows addresses only. */
const cached = `import { createApp } from './app.js'

const pages = new Map()
const app = createApp()
app.middleware.unshift(async (ctx, next) => {
  if (ctx.method === 'GET' && pages.has(ctx.url)) return Object.assign(ctx, pages.get(ctx.url))
  await next().catch(({ status, message }) => Object.assign(ctx, { status, body: message }))
  if (ctx.method === 'GET') pages.set(ctx.url, { status: ctx.status, body: ctx.body })
})
app.listen(process.env.PORT)
`
