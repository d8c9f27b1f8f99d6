import type {} from 'koa-shared-session'

declare module 'koa-shared-session' {
  interface SessionData {
    user: string
  }
}
