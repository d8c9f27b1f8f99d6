import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import Koa from 'koa'
import { type Contender, type Fields, inBatches, lifetime, type Place, type Stock, secret } from '../contender.js'

const sign = (id: string) => createHmac('sha256', secret).update(id).digest('base64url')

function idOf(header: string | undefined): string | undefined {
  const start = header?.indexOf('session=') ?? -1
  if (header === undefined || start === -1) return undefined
  const end = header.indexOf(';', start)
  const value = header.slice(start + 8, end === -1 ? undefined : end)
  const dot = value.indexOf('.')
  const [given, right] = [Buffer.from(value.slice(dot + 1)), Buffer.from(sign(value.slice(0, dot)))]
  return given.length === right.length && timingSafeEqual(given, right) ? value.slice(0, dot) : undefined
}

interface Texts {
  read(id: string): Promise<string | null>
  write(id: string, text: string): Promise<unknown>
}

function byHand(
  name: string,
  store: 'redis' | 'files',
  packages: string[],
  open: (place: Place) => Texts,
  stock: Stock,
): Contender {
  return {
    name,
    module: import.meta.url,
    framework: 'koa',
    store,
    packages: ['koa', ...packages],
    async mount(place, respond) {
      const texts = open(place)
      const app = new Koa()
      app.use(async (ctx) => {
        const id = idOf(ctx.headers.cookie)
        const before = (id && (await texts.read(id))) || '{}'
        let fields: Fields | undefined
        ctx.body = respond(ctx.path, () => {
          fields ??= JSON.parse(before) as Fields
          return fields
        })
        const after = fields && JSON.stringify(fields)
        if (after === undefined || after === before) return
        const key = id ?? randomBytes(32).toString('base64url')
        await texts.write(key, after)
        if (!id) ctx.set('Set-Cookie', `session=${key}.${sign(key)}; path=/; httponly`)
      })
      return app.callback()
    },
    stock,
  }
}

function textsInRedis({ redis }: Place): Texts {
  const client = new Redis(redis)
  return {
    read: (id) => client.get(`floor:${id}`),
    write: (id, text) => client.set(`floor:${id}`, text, 'PX', lifetime),
  }
}

function textsInFiles({ directory }: Place): Texts {
  let writes = 0
  return {
    read: (id) => readFile(join(directory, id), 'utf8').catch(() => null),
    async write(id, text) {
      const waiting = join(directory, `${id}.${writes++}`)
      await writeFile(waiting, text)
      await rename(waiting, join(directory, id))
    },
  }
}

const stockRedis: Stock = async ({ redis }, { ids, fields }) => {
  const client = new Redis(redis)
  const text = JSON.stringify(fields)
  await inBatches(ids, (id) => client.set(`floor:${id}`, text, 'PX', lifetime))
  client.disconnect()
}

const stockFiles: Stock = ({ directory }, { ids, fields }) => {
  const text = JSON.stringify(fields)
  return inBatches(ids, (id) => writeFile(join(directory, id), text))
}

/**
 * What a session costs at the least, by hand: verify, GET, parse when it is touched, compare as JSON; SET where it
 * changed. It has every defect of a session made so: parallel requests lose each other's changes, a logout can be undone.
 */
export const byHandOnRedis = byHand('by hand, Redis', 'redis', ['ioredis'], textsInRedis, stockRedis)

/** The same on files: read one file; write a new one and rename it over the old. */
export const byHandOnFiles = byHand('by hand, files', 'files', [], textsInFiles, stockFiles)
