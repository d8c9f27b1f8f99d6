import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect } from 'chai'
import { SessionOptions } from 'koa-session'
import { type OptionName, optionTable } from '../../lib/core/option-table.js'
import { projectRoot } from '../project.js'
import { readPages } from './page.js'

const require = createRequire(import.meta.url)
const { Cookie }: { Cookie: { prototype: object } } = require('cookies')
const read = (path: string) => readFileSync(join(projectRoot, path), 'utf8')
const installed = (path: string) => read(`node_modules/${path}`)
const all = (text: string, pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))]

const between = (text: string, start: string, end: string) => text.split(start)[1]?.split(end)[0] ?? ''

/** The attributes of a cookie, as the package that koa-session and koa-generic-session hand their options to knows them. */
const cookieAttributes = [...Object.keys(Cookie.prototype).filter((name) => !/^to[A-Z]/.test(name)), 'maxAge']

/** What each package offers, read from its installed source, typings or README. */
const offered: Record<string, Record<string, string[]>> = {
  'docs/from/koa-session.md': {
    options: [...Object.keys(SessionOptions.shape), ...cookieAttributes],
    'members of ctx.session': all(
      installed('koa-session/dist/esm/session.d.ts'),
      /^ {4}(?:get |set )?(?!constructor)(\w+)\(/gm,
    ),
    'options of koa-redis': all(installed('koa-redis/lib/index.js'), /^ \* {3}- \{\w+\} (?!\[)(\w+)/gm),
  },
  'docs/from/koa-generic-session.md': {
    options: [
      ...all(installed('koa-generic-session/lib/session.js'), /\boptions\.(\w+)/g),
      ...cookieAttributes.map((name) => `cookie.${name}`),
    ],
    'members of ctx': all(
      installed('koa-generic-session/lib/session.js'),
      /\b(ctx\.(?:session|saveSession|regenerateSession)\w*)/g,
    ),
  },
  'docs/from/express-session.md': {
    options: all(installed('express-session/index.js'), /\bopts\.(\w+)/g),
    'options of the cookie': all(installed('express-session/README.md'), /^##### (cookie\.\w+)$/gm),
    'members of the request': all(
      installed('express-session/README.md')
        .replaceAll('#### Session.', '#### req.session.')
        .replaceAll('#### Cookie.', '#### req.session.cookie.'),
      /^###+ (req\.[\w.]+)/gm,
    ),
    'options of connect-redis': all(
      between(installed('connect-redis/dist/connect-redis.d.ts'), 'interface RedisStoreOptions', '\n}'),
      /^ {4}(\w+)\??: /gm,
    ),
  },
  'docs/from/flask.md': {
    'settings that migrate knows': all(
      between(read('lib/audit/rules/pyx04-session-config.ts'), 'const rows', '\n}'),
      /^ {2}(\w+):/gm,
    ),
  },
}

describe('Coming from', () => {
  const pages = readPages()

  for (const [path, peers] of Object.entries(offered))
    for (const [what, names] of Object.entries(peers))
      it(`${path} has a row for each of the ${what}`, () => {
        const explained = namesExplained(read(path))
        expect(names, 'what is offered').to.have.length.above(4)
        expect(names.filter((name) => !explained.has(name))).to.deep.equal([])
      })

  it('Flask shows lines of the example, which has a test of its own', () => {
    const block = pages
      .find(({ path }) => path === 'docs/from/flask.md')
      ?.blocks.find(({ language }) => language === 'py')
    const example = read('examples/from-flask/before/app.py')
    for (const line of block?.code.trimEnd().split('\n') ?? ['']) expect(example).to.include(`${line}\n`)
  })

  it('the pages name options that there are, with their defaults', () => {
    const rows = Object.keys(offered).flatMap((path) => rowsOf(read(path)).map((cells) => ({ path, cells })))
    const named = rows.flatMap(({ path, cells: [, , here = '', byDefault = ''] }) =>
      all(here, /`([\w.]+)`/g).flatMap((name) => (name in optionTable ? [{ path, name, byDefault }] : [])),
    )
    expect(named).to.have.length.above(40)
    for (const { path, name, byDefault } of named) {
      const { default: value } = optionTable[name as OptionName] as { default?: unknown }
      if (value !== undefined) expect(byDefault, `${path}: ${name}`).to.include(String(value))
    }
  })
})

/** The names in the first column of the tables. */
function namesExplained(page: string): Set<string> {
  const codes = rowsOf(page).flatMap(([first = '']) => all(first, /`([^`]+)`/g))
  return new Set(codes.flatMap((code) => [...(code.match(/[\w.]+/g) ?? []), ...(code.match(/\w+(?=\()/g) ?? [])]))
}

/** The cells of all rows of all tables. */
function rowsOf(page: string): string[][] {
  return [...page.matchAll(/^\| (.*) \|$/gm)].map(([, row = '']) => row.split(/ \| ?/))
}
