/**
 * Makes a template readable as the format it will become: `{{ … }}`, `{% … %}` and `<% … %>` are replaced by as many other characters, so
 * that every offset still is that of the file. Lines that only steer become a comment, or spaces where the format has none.
 */
export function blankTemplates(text: string, comment: '#' | '' = ''): string {
  const steering = text.replace(
    /^[ \t]*(?:\{\{-?[^\n{}]*\}\}|\{%[^\n]*%\}|<%[^=\n][^\n]*%>)[ \t]*$/gm,
    (line) => comment + ' '.repeat(line.length - comment.length),
  )
  const blanked = steering.replace(/\{%[\s\S]*?%\}|<%[^=-][\s\S]*?%>/g, (tag) => tag.replace(/[^\r\n]/g, ' '))
  return blanked.replace(/\{\{[\s\S]*?\}\}|<%[=-][\s\S]*?%>/g, (tag, at: number) => {
    const blank = tag.replace(/[^\r\n]/g, '_')
    // JSON has no bare words: a value without quotes gets them.
    return comment === '' && !isQuoted(blanked, at) ? `"${blank.slice(2)}"` : blank
  })
}

function isQuoted(text: string, at: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', at) + 1, at)
  return (line.match(/"/g)?.length ?? 0) % 2 === 1
}
