import type { LinesFact } from '../../facts/settings.js'
import { type Entry, entryAt, type Tree } from '../../files/tree.js'
import type { Reading } from './reading.js'

/** Where one more line of a block of YAML goes: behind its key; a new block before the first key around. Flow style has no lines. */
export function linesOf(reading: Reading, file: string, around: Tree, key: string): LinesFact | undefined {
  const entry = entryAt(around, key)
  return entry === undefined ? newBlock(reading, file, around) : behindKey(reading, file, entry)
}

function behindKey(reading: Reading, file: string, entry: Entry): LinesFact | undefined {
  const text = reading.text(file) ?? ''
  const { value } = entry
  const first = value.kind === 'list' ? value.items[0] : value.kind === 'map' ? value.entries[0] : undefined
  const start = text.indexOf('\n', entry.start) + 1
  // Flow style, or what an alias stands for.
  if (first === undefined || start === 0 || first.start < start || /^[[{]/.test(text.slice(value.start)))
    return undefined
  const lead = text.slice(text.lastIndexOf('\n', first.start) + 1, first.start)
  const indent = (value.kind === 'list' ? /^([ \t]*)-[ \t]+$/ : /^([ \t]*)$/).exec(lead)?.[1]
  if (indent === undefined || value.kind === 'scalar' || value.kind === 'computed') return undefined
  return { at: reading.place(file, { start, end: start }), indent, form: value.kind }
}

function newBlock(reading: Reading, file: string, around: Tree): LinesFact | undefined {
  const text = reading.text(file) ?? ''
  const [first] = around.kind === 'map' ? around.entries.filter(({ start }) => start >= around.start) : []
  if (first === undefined || text[around.start] === '{') return undefined
  const start = text.lastIndexOf('\n', first.start) + 1
  const indent = text.slice(start, first.start)
  // The first key of an item of a list stands behind its dash: the block goes to the next line.
  const isItem = /^[ \t]*-[ \t]+$/.test(indent)
  const behind = isItem ? text.indexOf('\n', first.end) + 1 : start
  if (!/^[ \t]*(-[ \t]+)?$/.test(indent) || (isItem && (behind === 0 || first.value.kind !== 'scalar')))
    return undefined
  return {
    at: reading.place(file, { start: behind, end: behind }),
    indent: indent.replace('-', ' '),
    form: 'new',
  }
}
