import Koa, { type Context } from 'koa'
import { type SessionEventDetail, type SharedSessionOptions, sharedSession } from 'koa-shared-session'
import type { Fields, Peer, PeerSession, Setting } from '../peer.js'
import { fieldsOf } from './plain-session.js'
import { secret } from './secret.js'

/** Seconds; a tenth of it must pass before activity moves a deadline again. */
export const rollingLifetime = 60

const silent = { info: () => {}, warn: () => {}, error: console.error }

function sessionOf(ctx: Context): PeerSession {
  return {
    ...fieldsOf(() => ctx.session as unknown as Fields),
    logout: () => {
      ctx.session = null
    },
    regenerate: () => ctx.session.regenerate(),
    update: (change) => ctx.session.update((fields) => change(fields as Fields)),
    save: () => ctx.session.save(),
  }
}

function ours(
  store: Peer['store'],
  place: (setting: Setting) => Pick<SharedSessionOptions, 'store' | 'redis' | 'directory'>,
): Peer {
  return {
    name: `koa-shared-session on ${store === 'redis' ? 'Redis' : 'files'}`,
    packages: ['koa-shared-session', 'koa'],
    store,
    options: `\`store: '${store === 'redis' ? 'redis' : 'file'}'\`; with rolling also \`permanent: true, lifetime: ${rollingLifetime}\`, so that activity moves the deadline within the run`,
    async mount(setting, respond) {
      const app = new Koa()
      const rolling = { rolling: true, permanent: true, lifetime: rollingLifetime }
      for (const name of ['dropped', 'invalid', 'missed', 'expired'])
        app.on(`session:${name}`, ({ ctx }: SessionEventDetail) => ctx?.append('X-Session-Events', name))
      app.use(
        sharedSession({ keys: secret, logger: silent, ...place(setting), ...(setting.rolling ? rolling : undefined) }),
      )
      app.use(async (ctx) => {
        ctx.body = await respond(ctx.url, sessionOf(ctx))
      })
      return app.callback()
    },
  }
}

export const oursOnRedis = ours('redis', ({ redis }) => ({ store: 'redis', redis }))
export const oursOnFiles = ours('files', ({ directory }) => ({ store: 'file', directory }))
