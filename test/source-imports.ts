/** One import or re-export of a module. */
export interface Import {
  readonly module: string
  /** The names between the braces, as they are called where they come from. */
  readonly names: readonly string[]
  /** Gone after compilation. An inline `type` does not count: the module is loaded all the same. */
  readonly typeOnly: boolean
  /** Loaded when the line is reached: `import('…')`. */
  readonly late: boolean
}

// Between the keyword and `from` stand names, braces, commas and stars only; anything else is another statement.
const declaration = /\b(?:import|export)\s+(?:(type)\s+)?([\w$*{},\s]*?\s)?(?:from\s+)?(['"])([^'"\n]+)\3/g
const dynamic = /(\btypeof\s+)?\bimport\(\s*(['"])([^'"\n]+)\2/g

/** The imports of a TypeScript source. */
export function importsOf(source: string): Import[] {
  const code = withoutComments(source)
  const declared = [...code.matchAll(declaration)].map(([, type, clause = '', , module = '']) => ({
    module,
    names: namesIn(clause),
    typeOnly: type !== undefined,
    late: false,
  }))
  const loaded = [...code.matchAll(dynamic)].map(([, type, , module = '']) => ({
    module,
    names: [],
    typeOnly: type !== undefined,
    late: type === undefined,
  }))
  return [...declared, ...loaded]
}

/** The source without its comments. */
export function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, ' ').replace(/(^|\s)\/\/.*$/gm, '$1')
}

function namesIn(clause: string): string[] {
  const [, braces = ''] = /\{([\s\S]*)\}/.exec(clause) ?? []
  return braces
    .split(',')
    .map((name) =>
      name
        .trim()
        .replace(/^type\s+/, '')
        .replace(/\s+as\s+[\w$]+$/, ''),
    )
    .filter((name) => name !== '')
}
