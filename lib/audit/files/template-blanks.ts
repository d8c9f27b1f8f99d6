/**
 * Makes a template readable as the format it will become: `{{ … }}`, `{% … %}` and `<% … %>` are replaced by as many other characters, so
 * that every offset still is that of the file. Whole-line directives become comments of `comment`, or spaces where there is none.
 */
export function blankTemplates(text: string, comment = ' '): string {
  const lines = text.replace(
    /^[ \t]*(?:\{\{-?(?!\s*\.?\w[\w.]*\s*-?\}\}\s*:)[^\n{}]*\}\}|\{%[^\n]*%\}|<%[^=\n][^\n]*%>)[ \t]*$/gm,
    (line) => (isDirective(line) ? `${comment}${' '.repeat(Math.max(0, line.length - comment.length))}` : line),
  )
  return lines.replace(/\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}|<%[\s\S]*?%>/g, (tag) => tag.replace(/[^\r\n]/g, '_'))
}

/** Whether the line only steers the template: it gives no value of its own line. */
function isDirective(line: string): boolean {
  return /^\s*(?:\{\{|\{%|<%)/.test(line)
}
