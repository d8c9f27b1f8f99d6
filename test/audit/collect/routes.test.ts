import { expect } from 'chai'
import { collectLogins, collectLogouts } from '../../../lib/audit/collect/routes.js'
import { scopeOfFiles } from '../memory-scope.js'

const handler = (lines: string) => `app.use(async (ctx, next) => {\n${lines}\n})`

/** The lines of logins that keep the id of the session, and of logouts that keep the session. */
async function found(lines: string): Promise<readonly [number[], number[]]> {
  const scope = await scopeOfFiles(handler(lines))
  const linesOf = (routes: ReturnType<typeof collectLogins>) =>
    routes.filter(({ regenerates }) => !regenerates).map(({ place }) => place.line - 1)
  return [linesOf(collectLogins(scope)), linesOf(collectLogouts(scope))]
}

describe('logins and logouts of an app that looks at the path itself', () => {
  const login = 'ctx.session.user = ctx.query.name'
  const logout = 'ctx.session.user = null'
  const rows: Readonly<Record<string, readonly [string, readonly number[], readonly number[]]>> = {
    'by if': [`if (ctx.path === '/login') {\n${login}\n} else if (ctx.path === '/logout') {\n${logout}\n}`, [2], [4]],
    'by if without braces, and the URL': [
      `if (ctx.url === '/login') return void (${login})\nif ('/logout' == ctx.request.url) delete ctx.session.user`,
      [1],
      [2],
    ],
    'with the method': [
      `if (ctx.method === 'POST' && ctx.path === '/login') {\n${login}\n}\nif (ctx.method === 'POST') {\nif (ctx.path === '/logout') ${logout}\n}`,
      [2],
      [5],
    ],
    'by switch': [
      `switch (ctx.path) {\ncase '/signin':\ncase '/session':\n${login}\nbreak\ncase '/logout':\nctx.session.user = undefined\nbreak\n}`,
      [4],
      [7],
    ],
    'by switch over the method and the path': [
      `switch (\`\${ctx.method} \${ctx.path}\`) {\ncase 'POST /login': {\n${login}\nbreak\n}\ncase 'POST /logout': ${logout}\n}`,
      [3],
      [6],
    ],
    'by a variable and its beginning': [
      `const { path: where } = ctx\nif (where.startsWith('/login')) {\n${login}\n}\nif (/^\\/logout/.test(where)) ${logout}`,
      [3],
      [5],
    ],
    'by leaving early': [`if (ctx.path !== '/login') return next()\n${login}`, [2], []],
    'renewed in their own branch': [
      `if (ctx.path === '/login') {\nawait ctx.session.regenerate()\n${login}\n}\nif (ctx.path === '/logout') {\n${logout}\nctx.session = null\n}`,
      [],
      [],
    ],
    'where another branch ends the session': [
      `if (ctx.path === '/quit-all') ctx.session = null\nif (ctx.path === '/login') ${login}\nif (ctx.path === '/logout') ${logout}`,
      [2],
      [3],
    ],
    'of other paths': [
      `if (ctx.path === '/rename') ${login}\nif (ctx.path === '/cart') ctx.session.cart = null\nif (ctx.path !== '/login') ${logout}`,
      [],
      [],
    ],
  }
  for (const [name, [lines, logins, logouts]] of Object.entries(rows))
    it(name, async () => expect(await found(lines)).to.deep.equal([logins, logouts]))
})
