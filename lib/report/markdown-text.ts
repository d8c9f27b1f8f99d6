import { blocksOf, spansOf } from './prose.js'

/** A sentence as Markdown (GFM): code stays code, everything else is what it looks like. No one is mentioned. */
export function sentence(text: string): string {
  return spansOf(text.replace(/\s+/g, ' '))
    .map((span) => (span.code ? code(span.text) : escaped(span.text)))
    .join('')
}

/** Paragraphs and code blocks. */
export function paragraphs(text: string): readonly string[] {
  return blocksOf(text).map((block) => (block.code ? fenced(block.text, languageOf(block.text)) : sentence(block.text)))
}

/** What begins with a program is for a shell; else it belongs into a file of the app or of a server. */
const languageOf = (text: string) =>
  /^\(?(npx|npm|git|curl|echo|export|sudo|umask|chmod|redis-cli|timedatectl) /.test(text) ? 'sh' : 'text'

/** A code span, whatever backticks are in it. */
export function code(text: string): string {
  const fence = '`'.repeat(longestRun(text, '`') + 1)
  const space = text.startsWith('`') || text.endsWith('`') ? ' ' : ''
  return `${fence}${space}${text}${space}${fence}`
}

/** A code block, whatever fences are in it. */
export function fenced(text: string, language: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text, '`') + 1))
  return `${fence}${language}\n${text.replace(/\n$/, '')}\n${fence}`
}

/** A part of a list item. */
export function indented(text: string): string {
  return text.replace(/^(?=[^\n])/gm, '  ')
}

/** A cell of a table. */
export function cell(text: string): string {
  return sentence(text).replaceAll('|', '\\|')
}

function escaped(text: string): string {
  return text
    .replace(/[\\*<[\]~]/g, (character) => (character === '<' ? '&lt;' : `\\${character}`))
    .replace(/&(?=#|\w+;)(?!lt;)/g, '&amp;')
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\_')
    .replace(/`/g, '\\`')
    .replace(/(?<!\w)@(?=\w)/g, '&#64;')
    .replace(/^(\d*)([#>+.)-])(?=\s)/, '$1\\$2')
}

function longestRun(text: string, character: string): number {
  return Math.max(0, ...(text.match(new RegExp(`${character}+`, 'g')) ?? []).map((run) => run.length))
}
