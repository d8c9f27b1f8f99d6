export type Colour = 'red' | 'yellow' | 'blue' | 'green' | 'grey' | 'bold'

/** ANSI codes: select graphic rendition (ECMA-48 8.3.117), on and off. */
const codes: Record<Colour, readonly [number, number]> = {
  red: [31, 39],
  yellow: [33, 39],
  blue: [36, 39],
  green: [32, 39],
  grey: [90, 39],
  bold: [1, 22],
}

/** How a terminal is written to: colours or none, and signs that it can show. */
export class Style {
  constructor(
    readonly colours: boolean,
    readonly ascii: boolean,
  ) {}

  paint(text: string, ...colours: readonly Colour[]): string {
    if (!this.colours || text === '') return text
    return colours.reduce((painted, colour) => `\u001b[${codes[colour][0]}m${painted}\u001b[${codes[colour][1]}m`, text)
  }

  /** The text in the characters that the terminal has. */
  plain(text: string): string {
    if (!this.ascii) return text
    return text.replace(/\P{ASCII}/gu, (character) => inAscii[character] ?? '?')
  }
}

const inAscii: Record<string, string> = {
  '✖': 'x',
  '✔': 'v',
  '▲': '!',
  '●': '*',
  '│': '|',
  '·': '-',
  '–': '-',
  '—': '-',
  '…': '...',
  '→': '->',
  '“': '"',
  '”': '"',
  '‘': "'",
  '’': "'",
  '×': 'x',
  '≥': '>=',
  '≤': '<=',
}
