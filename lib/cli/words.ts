import { parseArgs } from 'node:util'
import { nearest } from './commands.js'
import { UsageError } from './usage-error.js'

/** What a flag takes: nothing, one value, or several, given one after the other. */
export type FlagKind = 'switch' | 'value' | 'list'

export interface Words<Name extends string> {
  readonly switches: ReadonlySet<Name>
  readonly values: ReadonlyMap<Name, readonly string[]>
  readonly positionals: readonly string[]
}

/** Reads the words of a command. An unknown flag, a missing value or one too many is a fault of the user. */
export function readWords<Name extends string>(
  words: readonly string[],
  flags: Readonly<Record<Name, FlagKind>>,
): Words<Name> {
  const isName = (name: string): name is Name => Object.hasOwn(flags, name)
  const options = Object.fromEntries(
    Object.entries<FlagKind>(flags).map(([name, kind]) => [
      name,
      { type: kind === 'switch' ? 'boolean' : 'string', ...(name === 'help' ? { short: 'h' } : {}) } as const,
    ]),
  )
  const { tokens } = parseArgs({ args: [...words], options, strict: false, allowPositionals: true, tokens: true })
  const switches = new Set<Name>()
  const values = new Map<Name, string[]>()
  const positionals: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    if (!isName(token.name)) throw unknown(token.rawName, Object.keys(flags))
    const kind: FlagKind = flags[token.name]
    if (kind === 'switch') {
      if (token.value !== undefined) throw new UsageError(`${token.rawName} takes no value.`)
      switches.add(token.name)
      continue
    }
    const isMissing =
      token.value === undefined || token.value === '' || (!token.inlineValue && token.value.startsWith('--'))
    if (isMissing || token.value === undefined) throw new UsageError(`${token.rawName} needs a value.`)
    const known = values.get(token.name) ?? []
    if (kind === 'value' && known.length > 0) throw new UsageError(`${token.rawName} is given twice.`)
    values.set(token.name, [...known, token.value])
  }
  return { switches, values, positionals }
}

function unknown(rawName: string, names: readonly string[]): UsageError {
  const near = nearest(rawName.replace(/^-+/, ''), names)
  return new UsageError(`There is no flag ${rawName}.`, near === undefined ? undefined : `--${near}`)
}
