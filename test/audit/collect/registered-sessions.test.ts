import { expect } from 'chai'
import { appOf, type Files, packageJson, secretsIn, sessionsIn, verdictIn } from './small-app.js'

const fastify = (lines: string, more: Files = {}): Files => ({
  'package.json': packageJson({ fastify: '^5.0.0', '@fastify/cookie': '*', '@fastify/session': '*' }),
  'app.js': `const app = require('fastify')()\n${lines}\napp.listen({ port: 3000 })\n`,
  ...more,
})

const memory = (line: number, file = 'app.js') => [`@fastify/session ${file}:${line} memory, not shared, default`]

describe('a session that a Fastify server registers', () => {
  const options = '{ secret: process.env.KEY, cookie: { secure: false } }'
  const shapes: Readonly<Record<string, readonly [string, number]>> = {
    'by a name': [`const session = require('@fastify/session')\napp.register(session, ${options})`, 3],
    'required in the call': [`app.register(require('@fastify/session'), ${options})`, 2],
    'imported in the call': [`app.register(import('@fastify/session'), ${options})`, 2],
    'imported and awaited': [`app.register(await import('@fastify/session'), ${options})`, 2],
    'in a chain': [
      `const session = require('@fastify/session')\napp.register(require('@fastify/cookie')).register(session, ${options})`,
      3,
    ],
    'by a function that answers its options': [
      `const session = require('@fastify/session')\napp.register(session, () => (${options}))`,
      3,
    ],
  }
  for (const [what, [lines, line]] of Object.entries(shapes))
    it(`is found: ${what}`, async () => {
      const found = await appOf(fastify(lines))
      expect(sessionsIn(found)).to.deep.equal(memory(line))
      expect(secretsIn(found)).to.deep.equal([`env app.js:${line}`])
      expect(found.sessions[0]?.cookie.secure?.value).to.equal(false)
      expect(verdictIn(found).sessions).to.equal('breaks')
    })

  it('is found in a plugin of the app, in TypeScript, by its older name', async () => {
    const found = await appOf({
      'package.json': packageJson({ fastify: '^3.0.0', 'fastify-session': '*' }, { main: 'src/server.ts' }),
      'src/server.ts': "import Fastify from 'fastify'\nimport plugin from './session'\nFastify().register(plugin)",
      'src/session.ts': `import fp from 'fastify-plugin'
import { fastifySession } from 'fastify-session'
export default fp(async (app) => {
  await app.register(fastifySession, { secret: 'a secret of thirty-two characters' })
})`,
    })
    expect(sessionsIn(found)).to.deep.equal(['fastify-session src/session.ts:4 memory, not shared, default'])
    expect(secretsIn(found)).to.deep.equal(['literal src/session.ts:4'])
  })

  it('rests in the store that is given', async () => {
    const lines =
      "const RedisStore = require('connect-redis').default\napp.register(require('@fastify/session'), { secret: process.env.KEY, store: new RedisStore({ client }) })"
    const found = await appOf(fastify(lines))
    expect(sessionsIn(found)).to.deep.equal(['@fastify/session app.js:3 redis, shared, given'])
    expect(verdictIn(found).sessions).to.equal('ready')
  })

  it('rests in the cookie by @fastify/secure-session, under a key of its own', async () => {
    const lines =
      "app.register(require('@fastify/secure-session'), { key: require('sodium-native').randomBytes(32), cookie: { path: '/' } })\n"
    const found = await appOf(fastify(lines))
    expect(sessionsIn(found)).to.deep.equal(['@fastify/secure-session app.js:2 cookie, shared, default'])
  })

  it('is none where something else is registered', async () => {
    expect(sessionsIn(await appOf(fastify("app.register(require('@fastify/cookie'), { secret: 'x' })")))).to.deep.equal(
      [],
    )
  })
})

describe('the key of @fastify/cookie', () => {
  it('is one that signs', async () => {
    const found = await appOf(fastify("app.register(require('@fastify/cookie'), { secret: 'a secret of the source' })"))
    expect(secretsIn(found)).to.deep.equal(['literal app.js:2'])
  })
})
