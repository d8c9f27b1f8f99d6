import { type OptionName, optionTable } from '../core/option-table.js'
import type { Environment } from '../core/options.js'
import type { FlagWords } from './flags.js'
import { readEnvFiles } from './serve/environment.js'

const file = '.env'

/**
 * What to say of an env file that lies here, sets what sessions depend on, and was not handed over; undefined where there
 * is none. It holds names of variables, never a value.
 */
export function unreadSettings(words: FlagWords, env: Environment): string | undefined {
  const names = words.has('settings') ? [] : namesIn(env)
  if (names.length === 0) return undefined
  return `${file} sets ${names.join(', ')}, and was not handed over, so that does not count here: --settings ${file}`
}

function namesIn(env: Environment): string[] {
  try {
    const set = Object.keys(readEnvFiles([file], env))
    return ourVariables().filter((name) => set.includes(name))
  } catch {
    return []
  }
}

const ourVariables = () =>
  (Object.keys(optionTable) as OptionName[]).flatMap((name) => optionTable[name].env as readonly string[])
