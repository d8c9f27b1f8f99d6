import type { Span } from './tree.js'

/** One line of a Procfile: `web: node app.js`. */
export interface ProcfileLine extends Span {
  readonly type: string
  /** The command without the type. */
  readonly command: Span & { readonly text: string }
}

const line = /^([A-Za-z0-9_-]+)[ \t]*:[ \t]*(\S.*?)[ \t\r]*$/gm

/** The process types of a Procfile. */
export function readProcfile(text: string): readonly ProcfileLine[] {
  return [...text.matchAll(line)].map((match) => {
    const [whole, type = '', command = ''] = match
    const start = match.index + whole.indexOf(command, type.length + 1)
    return {
      type,
      command: { text: command, start, end: start + command.length },
      start: match.index,
      end: match.index + whole.length,
    }
  })
}
