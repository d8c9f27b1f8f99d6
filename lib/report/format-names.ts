export const formatNames = ['text', 'md', 'json', 'sarif', 'html', 'github', 'diff'] as const

export type Format = (typeof formatNames)[number]

export function isFormat(word: string): word is Format {
  return formatNames.some((name) => name === word)
}

/** The format that a file's name asks for. */
export function formatOfFile(file: string): Format | undefined {
  const endings: Readonly<Record<string, Format>> = {
    txt: 'text',
    md: 'md',
    markdown: 'md',
    json: 'json',
    sarif: 'sarif',
    html: 'html',
    htm: 'html',
    diff: 'diff',
    patch: 'diff',
  }
  if (/\.sarif\.json$/i.test(file)) return 'sarif'
  return endings[/\.(\w+)$/.exec(file)?.[1]?.toLowerCase() ?? '']
}
