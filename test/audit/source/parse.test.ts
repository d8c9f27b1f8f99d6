import { expect } from 'chai'
import { type Parsed, parse } from '../../../lib/audit/source/parse.js'
import { findAll } from '../../../lib/audit/source/syntax.js'

describe('the tree of a file', () => {
  const parsed = (file: string, text: string): Parsed => {
    const found = parse(file, text)
    if (found === undefined) throw new Error(`${file} is not read`)
    return found
  }

  /** Each node with its place, in source order. */
  const nodesOf = ({ program }: Parsed) =>
    [...(program.byType ?? [])]
      .flatMap(([type, nodes]) => nodes.map(({ start, end }) => `${start}-${end} ${type}`))
      .sort()

  const plain = `import Koa, { type as kind } from 'koa'
    'use strict'
    export class Shop extends Koa {
      #own = 1
      keys = [process.env.KEY ?? 'k']
      static open = async (ctx) => { await ctx?.session?.save?.() }
      get total() { return this.#own + 10n }
    }
    const { a = 1, ...rest } = { ['x' + 1]: /re/g, b() {}, ...kind }, [one, , two] = [rest, , \`t\${a}\`]
    label: for (const each of await import('./more.js')) { if (!each) continue label; else delete each.x }
    try { new Shop()({ a }) } catch { debugger } finally { do { } while (one, two) }
    export * as more from './more.js'
    export { one as default, two }`

  it('has the same nodes whichever parser reads it', () => {
    expect(nodesOf(parsed('a.js', plain))).to.deep.equal(nodesOf(parsed('a.ts', plain)))
  })

  it('is whole where a script is sloppy, returns, awaits, or has a mark and a hashbang', () => {
    for (const text of [
      'with (a) { b = 010; delete c }',
      'if (a) return; await b',
      '\uFEFF#!/usr/bin/env node\nlet a',
      'const page = <p>{a}</p>',
      '@service() class Shop {}',
      '// @flow\nconst a = (b: string) => b',
    ])
      expect(parsed('a.js', text), text).to.include({ rescued: false })
  })

  it('is guessed around a fault', () => {
    const found = parsed('a.js', 'const app = new Koa(\napp.keys = ["k"]')
    expect(found.rescued).to.equal(true)
    expect(findAll(found.program, 'NewExpression')).to.have.length(1)
  })

  it('has the texts of comments, and a hashbang is none', () => {
    expect(parsed('a.js', '#!/usr/bin/env node\n/* one */ a() // two').comments).to.deep.equal([' one ', ' two'])
  })
})
