import type { Edit } from '../edit.js'
import type { SettingsFact } from '../facts/settings.js'
import type { Facts } from '../facts.js'

/** What people do: words, and a command, or lines of a file, on lines of their own. */
export interface Instruction {
  readonly words: string
  readonly command?: string
}

/** Variables that the change of the guide needs, and no file gives to production. */
export interface Needed {
  /** The variable of the key. */
  readonly key: string | undefined
  /** What is no secret. */
  readonly values: readonly (readonly [name: string, value: string])[]
  /** Of session files. */
  readonly directory: string | undefined
}

/** How a deployment gives its processes variables. */
export interface Delivery {
  /** How a key is made and reaches all processes. */
  key(variable: string): readonly Instruction[]
  /** How a variable that is no secret reaches them. */
  value(name: string, value: string): Instruction
  /** How they get a directory for session files that outlives restarts. */
  directory(path: string): readonly Instruction[]
  /** What of it a machine can write into the deployment files. */
  edits(needed: Needed): readonly Edit[]
  /** The file that has the variables where the app is started by hand; undefined: none. */
  readonly file: string | undefined
  /** The start command has to name that file. */
  readonly atStart?: boolean
}

/** Of what was found: the settings of one kind, never none. */
export type DeliveryBy = (facts: Facts, settings: readonly SettingsFact[]) => Delivery

/** The variable of session directories. */
export const directoryVariable = 'SESSION_FILE_DIR'

/** Every variable that is needed with its value; the key is taken from elsewhere, by `reference`. */
export function allNeeded(
  { key, values, directory }: Needed,
  reference: (name: string) => string,
): readonly (readonly [name: string, value: string])[] {
  return [
    ...(key === undefined ? [] : [[key, reference(key)] as const]),
    ...values,
    ...(directory === undefined ? [] : [[directoryVariable, directory] as const]),
  ]
}
