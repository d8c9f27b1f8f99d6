import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { Redis } from 'ioredis'
import Koa from 'koa'
import { type Contender, type Fields, secret } from '../contender.js'

const lifetime = 86_400_000

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

/**
 * What a session costs at the least, by hand: verify, GET, parse when it is touched, compare as JSON; SET where it
 * changed. It has every defect of a session made so: parallel requests lose each other's changes, a logout can be undone.
 */
export const floor: Contender = {
  name: 'by hand',
  framework: 'koa',
  store: 'redis',
  packages: ['koa', 'ioredis'],
  async mount({ redis }, respond) {
    const client = new Redis(redis)
    const app = new Koa()
    app.use(async (ctx) => {
      const id = idOf(ctx.headers.cookie)
      const before = (id && (await client.get(`floor:${id}`))) || '{}'
      let fields: Fields | undefined
      ctx.body = respond(ctx.path, () => {
        fields ??= JSON.parse(before) as Fields
        return fields
      })
      const after = fields && JSON.stringify(fields)
      if (after === undefined || after === before) return
      const key = id ?? randomBytes(32).toString('base64url')
      await client.set(`floor:${key}`, after, 'PX', lifetime)
      if (!id) ctx.set('Set-Cookie', `session=${key}.${sign(key)}; path=/; httponly`)
    })
    return app.callback()
  },
}
