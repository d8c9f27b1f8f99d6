import { readFileSync } from 'node:fs'
import Koa from 'koa'
import Router from 'koa-router'

const files = { '/': 'page.html', '/page.css': 'page.css', '/refresh.js': 'refresh.js' }

/** Serves the page and what it loads. */
export function createPage() {
  const router = new Router()
  for (const [path, name] of Object.entries(files)) {
    const content = readFileSync(new URL(`public/${name}`, import.meta.url), 'utf8')
    router.get(path, (ctx) => {
      ctx.type = name
      ctx.body = content
    })
  }
  const app = new Koa()
  app.use(router.routes())
  return app
}
