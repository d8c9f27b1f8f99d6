import { blocksOf, spansOf } from './prose.js'

/** Text as it may stand in an element or between the quotes of an attribute. */
export function escaped(text: string): string {
  const names: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": '#39' }
  return text.replace(/[&<>"']/g, (character) => `&${names[character]};`)
}

/** A sentence; code between backticks is code. */
export function sentence(text: string): string {
  return spansOf(text)
    .map((span) => (span.code ? `<code>${escaped(span.text)}</code>` : escaped(span.text)))
    .join('')
}

/** Paragraphs and code blocks. */
export function paragraphs(text: string): string {
  return blocksOf(text)
    .map((block) => (block.code ? `<pre>${escaped(block.text)}</pre>` : `<p>${sentence(block.text)}</p>`))
    .join('\n')
}

/** A unified diff, its lines coloured. The names of files are kept, the rest of the head is not. */
export function coloured(diff: string): string {
  const lines = diff
    .replace(/\n$/, '')
    .split('\n')
    .filter((line) => !line.startsWith('--- '))
    .map((line) => {
      if (line.startsWith('+++ ')) return `<b>${escaped(line.slice(4).trim().replace(/^b\//, ''))}</b>`
      if (line.startsWith('@@')) return `<i>${escaped(line)}</i>`
      if (line.startsWith('+')) return `<ins>${escaped(line)}</ins>`
      return line.startsWith('-') ? `<del>${escaped(line)}</del>` : escaped(line)
    })
  return `<pre class="diff">${lines.join('\n')}</pre>`
}
