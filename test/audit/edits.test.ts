import { expect } from 'chai'
import fc from 'fast-check'
import { applyEdits, chooseFixes, editsOf, lineEnd } from '../../lib/audit/edits.js'
import type { Edit } from '../../lib/audit/finding.js'

const edit = (start: number, end: number, text: string): Edit => ({ file: 'a.js', start, end, text })
const fix = (owner: string, ...edits: Edit[]) => ({ owner, edits })

describe('edits', () => {
  it('are made from the end, whatever their order', () => {
    expect(applyEdits('one two three', [edit(0, 3, '1'), edit(8, 13, '3'), edit(4, 7, '2')]).text).to.equal('1 2 3')
  })

  it('of one place, inserted, stay in their order and before what replaces that place', () => {
    const edits = [edit(1, 1, 'x'), edit(1, 2, 'B'), edit(1, 1, 'y')]
    expect(applyEdits('abc', edits)).to.deep.equal({ text: 'axyBc', postponed: [] })
  })

  it('that overlap: the first is made, the second is postponed', () => {
    const second = edit(2, 5, 'y')
    expect(applyEdits('abcdef', [edit(1, 3, 'x'), second])).to.deep.equal({ text: 'axdef', postponed: [second] })
  })

  it('that are equal are made once', () => {
    expect(applyEdits('ab', [edit(1, 1, 'x'), edit(1, 1, 'x')])).to.deep.equal({ text: 'axb', postponed: [] })
  })

  it('that touch do not overlap', () => {
    expect(applyEdits('abcd', [edit(0, 2, 'x'), edit(2, 4, 'y'), edit(2, 2, '|')]).text).to.equal('x|y')
  })

  it('take the line ends of the file', () => {
    expect(applyEdits('a\r\nb\r\n', [edit(3, 3, 'x\ny\r\n')]).text).to.equal('a\r\nx\r\ny\r\nb\r\n')
    expect(applyEdits('a\nb\n', [edit(2, 2, 'x\r\n')]).text).to.equal('a\nx\nb\n')
    expect(lineEnd('a\r\nb\nc\n')).to.equal('\n')
  })

  it('stay behind a byte order mark', () => {
    expect(applyEdits('\uFEFFa', [edit(0, 0, 'x')]).text).to.equal('\uFEFFxa')
    expect(applyEdits('\uFEFFa', [edit(0, 2, 'x')]).text).to.equal('\uFEFFx')
  })

  it('that add lines do not run into a last line that nobody ended', () => {
    expect(applyEdits('node_modules', [edit(12, 12, '.env\n')]).text).to.equal('node_modules\n.env')
    expect(applyEdits('node_modules\n', [edit(13, 13, '.env\n')]).text).to.equal('node_modules\n.env\n')
    expect(applyEdits('', [edit(0, 0, '.env\n')]).text).to.equal('.env\n')
  })

  it('leave all other bytes alone', () => {
    const edits = fc.array(fc.tuple(fc.nat(20), fc.nat(3), fc.string({ maxLength: 3 })), { maxLength: 6 })
    fc.assert(
      fc.property(
        fc.string({ minLength: 24, maxLength: 24, unit: fc.constantFrom('a', 'b', ' ', ';') }),
        edits,
        (text, raw) => {
          const list = raw.map(([start, length, insert]) => edit(start, start + length, insert.replace(/[\r\n]/g, '')))
          const { text: result, postponed } = applyEdits(text, list)
          const made = list.filter((one) => !postponed.includes(one))
          const unique = editsOf([fix('all', ...made)])
          const grown = unique.reduce((sum, one) => sum + one.text.length - (one.end - one.start), 0)
          expect(result.length).to.equal(text.length + grown)
          const firstTouched = Math.min(24, ...unique.map(({ start }) => start))
          expect(result.slice(0, firstTouched)).to.equal(text.slice(0, firstTouched))
        },
      ),
    )
  })
})

describe('fixes', () => {
  it('that do not touch are all chosen', () => {
    const fixes = [fix('a', edit(0, 1, 'x')), fix('b', edit(2, 3, 'y'))]
    expect(chooseFixes(fixes)).to.deep.equal({ chosen: fixes, postponed: [] })
  })

  it('are whole: one overlap postpones all of the second', () => {
    const [first, second] = [fix('a', edit(0, 4, 'x')), fix('b', edit(2, 6, 'y'), edit(10, 11, 'z'))]
    expect(chooseFixes([first, second])).to.deep.equal({ chosen: [first], postponed: [second] })
  })

  it('that enclose another win, though they come later', () => {
    const [inner, outer] = [fix('flag', edit(4, 6, '')), fix('call', edit(0, 10, 'shared()'))]
    expect(chooseFixes([inner, outer])).to.deep.equal({ chosen: [outer], postponed: [inner] })
  })

  it('may make the same edit', () => {
    const same = edit(5, 5, 'app.proxy = true\n')
    const { chosen } = chooseFixes([fix('a', same), fix('b', same, edit(7, 8, 'x'))])
    expect(chosen.map(({ owner }) => owner)).to.deep.equal(['a', 'b'])
    expect(editsOf(chosen)).to.deep.equal([same, edit(7, 8, 'x')])
  })

  it('that put something around what another replaces wait for it', () => {
    const wrap = fix('wrap', edit(4, 4, '['), edit(9, 9, ']'))
    const replace = fix('replace', edit(0, 0, 'check()\n'), edit(4, 9, '[key]'))
    expect(chooseFixes([wrap, replace])).to.deep.equal({ chosen: [replace], postponed: [wrap] })
    expect(chooseFixes([replace, wrap])).to.deep.equal({ chosen: [replace], postponed: [wrap] })
  })

  it('in other files do not meet', () => {
    const other = { ...edit(0, 9, 'y'), file: 'b.js' }
    expect(chooseFixes([fix('a', edit(0, 9, 'x')), fix('b', other)]).postponed).to.deep.equal([])
  })
})
