import type { Instruction, JSONInstruction, PropertyInstruction } from 'dockerfile-ast'
import type { Parsed, Span } from './tree.js'

/** One instruction of a Dockerfile. */
export interface DockerInstruction extends Span {
  /** In capitals: CMD, ENV. */
  readonly name: string
  readonly stage: number
  /** Everything after the instruction's name. */
  readonly argument: Span & { readonly text: string }
  /** The words of an exec form; undefined for the shell form. */
  readonly exec: readonly string[] | undefined
  /** ENV and ARG: names with values as written, quotes removed. */
  readonly pairs: readonly (Span & {
    readonly name: string
    readonly value: string | undefined
    readonly valueSpan: Span
  })[]
}

export interface DockerStage {
  readonly index: number
  readonly name: string | undefined
  /** The image, or the stage it goes on from. */
  readonly from: string
  readonly instructions: readonly DockerInstruction[]
}

/** The stages of a Dockerfile, top to bottom. ARGs before the first FROM are left out. */
export async function readDockerfile(text: string): Promise<Parsed<readonly DockerStage[]>> {
  const { DockerfileParser } = await import('./dockerfile-parser.js')
  const offset = offsetsOf(text)
  const stages: { index: number; name: string | undefined; from: string; instructions: DockerInstruction[] }[] = []
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const words = instruction.getArguments().map((argument) => argument.getValue())
    if (instruction.getKeyword() === 'FROM') stages.push({ ...fromOf(words), index: stages.length, instructions: [] })
    stages.at(-1)?.instructions.push(instructionOf(instruction, text, stages.length - 1, offset))
  }
  return stages.length > 0 ? { value: stages } : { problem: 'Dockerfile: there is no FROM' }
}

interface Position {
  readonly line: number
  readonly character: number
}

type Offset = (position: Position) => number

function fromOf(words: readonly string[]): { from: string; name: string | undefined } {
  const [from = '', as, name] = words.filter((word) => !word.startsWith('--'))
  return { from, name: as?.toLowerCase() === 'as' ? name : undefined }
}

function instructionOf(instruction: Instruction, text: string, stage: number, offset: Offset): DockerInstruction {
  const name = instruction.getKeyword().toUpperCase()
  const span = spanOf(instruction.getRange(), offset)
  const range = instruction.getArgumentsRange()
  const argument = range ? spanOf(range, offset) : { start: span.end, end: span.end }
  return {
    name,
    stage,
    ...span,
    argument: { ...argument, text: text.slice(argument.start, argument.end) },
    exec: execOf(instruction, text.slice(argument.start, argument.end)),
    pairs: pairsOf(instruction, name, offset),
  }
}

/** What is not quite JSON runs under a shell, as text. Read here, since the parser leaves out the spaces inside of words. */
function execOf(instruction: Instruction, text: string): readonly string[] | undefined {
  if (!text.startsWith('[') || !('getJSONStrings' in instruction)) return undefined
  const words = jsonWords(text.replace(/[\\`]\r?\n/g, ''))
  if (words !== undefined) return words
  const strings = (instruction as JSONInstruction).getJSONStrings().map((argument) => argument.getJSONValue())
  return strings.length > 0 ? strings : undefined
}

function jsonWords(text: string): readonly string[] | undefined {
  try {
    const words: unknown = JSON.parse(text)
    return Array.isArray(words) ? words.map(String) : undefined
  } catch {
    return undefined
  }
}

function pairsOf(instruction: Instruction, name: string, offset: Offset): DockerInstruction['pairs'] {
  if ((name !== 'ENV' && name !== 'ARG') || !('getProperties' in instruction)) return []
  return (instruction as PropertyInstruction).getProperties().map((property) => {
    const span = spanOf(property.getRange(), offset)
    const range = property.getValueRange()
    const valueSpan = range ? spanOf(range, offset) : { start: span.end, end: span.end }
    return { name: property.getName(), value: property.getValue() ?? undefined, valueSpan, ...span }
  })
}

function spanOf(range: { start: Position; end: Position }, offset: Offset): Span {
  return { start: offset(range.start), end: offset(range.end) }
}

/** The parser counts a lone `\r` as a line end, too. */
function offsetsOf(text: string): Offset {
  const starts = [0]
  for (const match of text.matchAll(/\r\n|\r|\n/g)) starts.push(match.index + match[0].length)
  return ({ line, character }) => (starts[line] ?? text.length) + character
}
