import { type Acorn, acorn, type Babel, babel, looseAcorn } from '../files/parsers.js'
import type { Place } from '../place.js'
import { Places } from '../place.js'
import { adopt, type Node } from './syntax.js'

export interface Parsed {
  readonly file: string
  readonly text: string
  readonly program: Node
  /** Without their marks. */
  readonly comments: readonly string[]
  /** Its syntax is broken: what stands around the faults was guessed. */
  readonly rescued: boolean
  at(node: { readonly start: number; readonly end: number }): Place
  slice(node: { readonly start: number; readonly end: number }): string
}

export type Parse = (file: string, text: string) => Parsed | undefined

/** Acorn is quicker and its trees are smaller, Babel reads all that runs today, Acorn's loose one what does not. */
export const parse: Parse = (file, text) => {
  const readable = readableStart(text)
  const isTyped = /\.[cm]?tsx?$/.test(file)
  const whole = isTyped ? typedTree(file, readable) : (withAcorn(acorn(), readable) ?? plainTree(readable))
  const tree = whole ?? (isTyped ? undefined : withAcorn(looseAcorn(), readable))
  if (tree === undefined) return undefined
  const { program, comments } = tree
  adopt(program)
  const places = new Places(file, text)
  return {
    file,
    text,
    program,
    comments: comments.map(({ value }) => value),
    rescued: whole === undefined,
    at: ({ start, end }) => places.at(start, end),
    slice: ({ start, end }) => text.slice(start, end),
  }
}

interface Tree {
  readonly program: Node
  readonly comments: readonly { readonly value: string }[]
}

const typedTree = (file: string, text: string) =>
  withBabel(babel(), text, ['typescript', ...(file.endsWith('x') ? ['jsx' as const] : [])])

/** JSX, decorators, and faults that Babel knows to mend. Types of Flow are rare, and looking for them costs a tenth more. */
function plainTree(text: string): Tree | undefined {
  const plain = text.includes('@flow') ? undefined : withBabel(babel(), text, ['jsx'])
  return plain ?? withBabel(babel(), text, ['jsx', 'flow'])
}

function withBabel(
  { parse }: Babel,
  text: string,
  dialect: readonly ('typescript' | 'jsx' | 'flow')[],
): Tree | undefined {
  try {
    const tree = parse(text, {
      sourceType: 'unambiguous',
      errorRecovery: true,
      allowReturnOutsideFunction: true,
      allowAwaitOutsideFunction: true,
      allowUndeclaredExports: true,
      attachComment: false,
      plugins: [['estree', { classFeatures: true }], 'decorators-legacy', ...dialect],
    })
    return { program: tree.program as unknown as Node, comments: tree.comments ?? [] }
  } catch {
    // A syntax error, or nested deeper than the stack.
    return undefined
  }
}

/** The tree that Babel would make, node for node; undefined where the text is more than ECMAScript, or broken. */
function withAcorn({ parse }: Pick<Acorn, 'parse'>, text: string): Tree | undefined {
  const comments: { readonly value: string }[] = []
  try {
    const program = parse(text, {
      ecmaVersion: 'latest',
      sourceType: /^\s*(import|export)\b/m.test(text) ? 'module' : 'script',
      allowAwaitOutsideFunction: true,
      allowReturnOutsideFunction: true,
      allowSuperOutsideMethod: true,
      allowHashBang: true,
      onComment(_isBlock, value, start) {
        if (start > 0 || !text.startsWith('#!')) comments.push({ value })
      },
    }) as unknown as Node
    return { program, comments }
  } catch {
    return undefined
  }
}

/** A byte order mark before a `#!` is an error to parsers, not to Node. Blanks keep every offset. */
function readableStart(text: string): string {
  return text.replace(/^\uFEFF(#!.*)?/, (start) => ' '.repeat(start.length))
}
