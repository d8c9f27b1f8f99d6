import type { RedisClientFact } from '../facts/redis.js'
import type { Fix, Found, Rule } from '../finding.js'
import { manual } from '../wording/processes.js'
import { server } from '../wording/server-samples.js'

const rule: Rule = {
  id: 'RDS01',
  slug: 'redis-client-lifecycle',
  step: 'store',
  standards: ['CWE-248'],
  text: {
    summary: 'A client of Redis is not connected, has nobody to hear its errors, or is made for every request.',
    why: 'node-redis throws an error event that nobody listens for, and the process ends: one short failure of Redis takes all workers down at once. From version 4 on it connects only when told to. A client for each request leaves a connection open each time, until Redis refuses more.',
    remedy:
      'Make one client for each process, listen for `error`, connect it before the server listens, and close it when the process ends.',
    exceptions:
      'ioredis connects by itself and only logs errors, so it is reported for clients in handlers alone. A client that is handed to other code may be looked after there and is left alone.',
  },
  find: ({ redisClients }) => redisClients.flatMap((client) => faultsOf(client)),
  samples: {
    bad: [
      {
        name: 'node-redis without a listener',
        files: server(
          `const redis = require('redis')
const client = redis.createClient({ url: process.env.REDIS_URL })
client.connect()
router.get('/', async (ctx) => {
  ctx.body = await client.get('news')
})`,
          { redis: '^5.0.0' },
        ),
      },
      {
        name: 'a client for each request',
        files: server(
          `const Redis = require('ioredis')
router.get('/', async (ctx) => {
  const client = new Redis(process.env.REDIS_URL)
  ctx.body = await client.get('news')
})`,
          { ioredis: '^5.0.0' },
        ),
      },
    ],
    good: [
      {
        name: 'connected and listened to',
        files: server(
          `const { createClient } = require('redis')
const client = createClient({ url: process.env.REDIS_URL })
client.on('error', (error) => console.error(error.message))
client.connect()`,
          { redis: '^5.0.0' },
        ),
      },
      {
        name: 'in one chain',
        files: server(
          `const { createClient } = require('redis')
const connecting = createClient().on('error', console.error).connect()`,
          { redis: '^4.0.0' },
        ),
      },
      {
        name: 'ioredis',
        files: server(
          `const Redis = require('ioredis')
const client = new Redis(process.env.REDIS_URL)
router.get('/', async (ctx) => {
  ctx.body = await client.get('news')
})`,
          { ioredis: '^5.0.0' },
        ),
      },
    ],
  },
}

export default rule

function faultsOf(client: RedisClientFact): Found[] {
  if (client.inHandler) return [perRequest(client)]
  if (client.library !== 'redis') return []
  return [
    ...(client.errorListener === false ? [deaf(client)] : []),
    ...(client.connects === false && (client.major ?? 0) >= 4 ? [unconnected(client)] : []),
  ]
}

const called = ({ name }: RedisClientFact) => (name === undefined ? 'the client' : `\`${name}\``)

function perRequest(client: RedisClientFact): Found {
  return {
    severity: 'error',
    confidence: 'medium',
    title: 'a client of Redis is made for every request',
    why: 'Each request opens a connection of its own, and it stays open where nothing closes it. Redis refuses more than 10,000, and all workers with it.',
    do: 'Make the client once, outside the handler, and use it for all requests.',
    at: [{ place: client.place }],
    fix: manual,
  }
}

function deaf(client: RedisClientFact): Found {
  return {
    severity: 'error',
    confidence: 'high',
    title: `nobody hears the errors of ${called(client)}`,
    why: 'node-redis throws an error event that nobody listens for, and the process ends: when Redis fails for a moment, all workers go down together.',
    do: `Listen for them: \`${client.name ?? 'client'}.on('error', (error) => console.error('Redis:', error.message))\`. The client connects again by itself.`,
    at: [{ place: client.place }],
    fix: listener(client),
  }
}

/** A line of its own behind the statement. The semicolon keeps it apart from whatever follows. */
function listener({ name, place, statementEnd }: RedisClientFact): Fix {
  if (name === undefined || !/^[\w$.]+$/.test(name) || place.end !== statementEnd) return manual
  const indent = ' '.repeat(place.column - 1)
  const text = `\n${indent}${name}.on('error', (error) => console.error('Redis:', error.message));`
  return { grade: 'safe', edits: [{ file: place.file, start: statementEnd, end: statementEnd, text }] }
}

function unconnected(client: RedisClientFact): Found {
  return {
    severity: 'error',
    confidence: 'high',
    title: `${called(client)} is never connected`,
    why: `redis ${client.major} connects only when told to. Every command fails with "The client is closed".`,
    do: `Connect it before the server listens: \`await ${client.name ?? 'client'}.connect()\`.`,
    at: [{ place: client.place }],
    fix: manual,
  }
}
