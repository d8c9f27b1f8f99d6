/** A table in Markdown; columns are padded as the formatter of this project pads them. */
export function table(head, rows) {
  const lines = [head, ...rows].map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|')))
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => cells[column].length)))
  const print = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`
  const [first, ...others] = lines.map(print)
  return [first, print(widths.map((width) => '-'.repeat(width))), ...others].join('\n')
}

export function code(text) {
  return `\`${text}\``
}
