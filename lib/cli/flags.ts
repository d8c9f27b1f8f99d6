import { nearest } from './nearest.js'
import { UsageError } from './usage-error.js'

/** An option of a command. */
export interface Flag {
  readonly name: string
  /** One letter. */
  readonly short?: string
  /** What stands for its value in the help text: `<n>`; left out where it takes none. `[=…]`: it may have one. */
  readonly value?: string
  readonly says: string
  /** What other programs call it: it is not taken, and this option is named instead. */
  readonly elsewhere?: string
  /** May be given again. */
  readonly many?: boolean
}

/** The words of a command, sorted. */
export interface FlagWords {
  readonly operands: readonly string[]
  /** What stands after `--`. */
  readonly rest: readonly string[]
  has(name: string): boolean
  /** The value of an option, the last one where it was given again. */
  text(name: string): string | undefined
  all(name: string): readonly string[]
}

/** @throws UsageError for an option that does not exist, lacks its value, or has one too many */
export function readFlags(words: readonly string[], flags: readonly Flag[]): FlagWords {
  const given = new Map<string, string[]>()
  const operands: string[] = []
  const end = words.includes('--') ? words.indexOf('--') : words.length
  const left = words.slice(0, end)
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (!word.startsWith('-') || word === '-') {
      operands.push(word)
      continue
    }
    const [name = '', inline] = split(word)
    const flag = find(name, flags)
    const value = valueFor(flag, inline, left)
    const before = given.get(flag.name) ?? []
    given.set(flag.name, flag.many ? [...before, value] : [value])
  }
  return {
    operands,
    rest: words.slice(end + 1),
    has: (name) => given.has(name),
    text: (name) => given.get(name)?.at(-1),
    all: (name) => given.get(name) ?? [],
  }
}

function split(word: string): [string, string | undefined] {
  const at = word.indexOf('=')
  return at === -1 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)]
}

function find(name: string, flags: readonly Flag[]): Flag {
  const flag = flags.find((each) => name === `--${each.name}` || (each.short && name === `-${each.short}`))
  if (flag) return flag
  const same = flags.find((each) => name === each.elsewhere)
  if (same) throw new UsageError(`There is no option ${name}.`, `--${same.name} ${same.value}`)
  const names = flags.map((each) => `--${each.name}`)
  throw new UsageError(`There is no option ${name}.`, nearest(name, names))
}

function valueFor(flag: Flag, inline: string | undefined, left: string[]): string {
  if (flag.value === undefined) {
    if (inline !== undefined) throw new UsageError(`--${flag.name} takes no value.`)
    return ''
  }
  if (inline !== undefined || flag.value.startsWith('[')) return inline ?? ''
  const value = left.shift()
  if (value === undefined || /^--?[a-z]/i.test(value))
    throw new UsageError(`--${flag.name} needs a value: --${flag.name} ${flag.value}`)
  return value
}

/** The lines of a help text that list options. */
export function flagLines(flags: readonly Flag[]): string {
  const heads = flags.map(({ name, short, value }) => {
    const tail = value === undefined || value.startsWith('[') ? (value ?? '') : ` ${value}`
    return `${short ? `-${short}, ` : '    '}--${name}${tail}`
  })
  const width = Math.max(...heads.map(({ length }) => length)) + 2
  const lines = flags.map(({ says }, index) => {
    const [first, ...others] = says.split('\n')
    return [`  ${(heads[index] ?? '').padEnd(width)}${first}`, ...others.map((line) => `  ${' '.repeat(width)}${line}`)]
  })
  return lines.flat().join('\n')
}
