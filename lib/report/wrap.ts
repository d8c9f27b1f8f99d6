/** How many columns a text takes: East Asian wide characters and emoji take two, combining marks none (Unicode TR 11). */
export function columns(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  let width = 0
  for (const character of text) width += widthOf(character)
  return width
}

/** The text in lines of at most `width` columns. Lines that begin with two spaces are code and stay whole. */
export function wrap(text: string, width: number): readonly string[] {
  return text.split(/\r?\n/).flatMap((line) => (line.startsWith('  ') ? [line.trimEnd()] : wrapLine(line, width)))
}

/** The text, cut at `width` columns with an ellipsis. Tabs become two spaces. */
export function cutTo(text: string, width: number): string {
  const shown = text.replaceAll('\t', '  ')
  if (columns(shown) <= width) return shown
  let result = ''
  let used = 1
  for (const character of shown) {
    used += widthOf(character)
    if (used > width) break
    result += character
  }
  return `${result}…`
}

function wrapLine(line: string, width: number): string[] {
  const lines: string[] = []
  let current = ''
  for (const word of line.split(/ +/)) {
    const longer = current === '' ? word : `${current} ${word}`
    if (current !== '' && columns(longer) > width) {
      lines.push(current)
      current = word
    } else current = longer
  }
  return [...lines, current]
}

function widthOf(character: string): number {
  if (/\p{Mark}|\u200d|\ufe0f/u.test(character)) return 0
  return /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
    character,
  )
    ? 2
    : 1
}
