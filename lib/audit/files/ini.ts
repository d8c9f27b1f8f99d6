import type { Span } from './tree.js'

/** A line `Key=value` of a systemd unit; keys may repeat. */
export interface IniEntry extends Span {
  readonly section: string
  readonly key: string
  /** Lines joined by `\` are one value; the joint is blank, so that offsets in the value stay those of the file. */
  readonly value: string
  readonly valueSpan: Span
}

/** The entries of a systemd unit, in order. */
export function readIni(text: string): readonly IniEntry[] {
  const entries: IniEntry[] = []
  let section = ''
  for (const match of text.matchAll(/^(?:[^\n\\]|\\(?!\r?\n)|\\\r?\n)+/gm)) {
    const line = match[0].replace(/\r$/, '')
    if (/^\s*[#;]/.test(line)) continue
    section = /^\s*\[([^\]\n]+)\]\s*$/.exec(line)?.[1] ?? section
    const [head, key] = /^[ \t]*([A-Za-z][\w-]*)[ \t]*=[ \t]*/.exec(line) ?? []
    if (head === undefined || key === undefined) continue
    const raw = line.slice(head.length)
    const start = match.index + head.length
    const value = raw.replace(/\\\r?\n/g, (joint) => ' '.repeat(joint.length)).trimEnd()
    entries.push({
      section,
      key,
      value,
      valueSpan: { start, end: start + raw.trimEnd().length },
      start: match.index,
      end: match.index + line.length,
    })
  }
  return entries
}
