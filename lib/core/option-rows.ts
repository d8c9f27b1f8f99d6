import { types } from 'node:util'

/** A value that holds, or what is wrong with it, as the end of the sentence "<source> …". */
export type Checked<T> = { value: T } | { problem: string }

/** One option: everything that types, defaults, validation, environment and docs need to know of it. */
export interface Row<T> {
  /** What is expected, in words: "a whole number of seconds, at least 1". */
  readonly expects: string
  /** What the option does, in one or two sentences. */
  readonly says: string
  /** Environment variables, first set one wins; an option in code wins over all of them. */
  readonly env: readonly string[]
  /** The value when nothing is set; undefined where it depends on other settings. */
  readonly initial: T | undefined
  /** The default as the docs say it. */
  readonly defaultSays: string
  readonly check: (value: unknown) => Checked<T>
  /** A variable that adds to the one that was found. */
  readonly envAlso?: string
  /** Reads the value of an environment variable, and of the one that adds to it. */
  readonly parse: (text: string, also: string) => Checked<T>
}

/** What each row must state; a row that lacks one of them does not compile. */
interface Stated {
  says: string
  env: string | readonly string[]
}
type WithDefault<T> = { default: T } | { defaultSays: string }

const inCodeOnly = (): Checked<never> => ({ problem: 'cannot be set from the environment' })

function row<T>(stated: Stated & WithDefault<T>, shape: Pick<Row<T>, 'expects' | 'check'> & Partial<Row<T>>): Row<T> {
  const given = 'default' in stated ? stated.default : undefined
  return {
    says: stated.says,
    env: typeof stated.env === 'string' ? [stated.env].filter(Boolean) : stated.env,
    initial: given,
    defaultSays: 'defaultSays' in stated ? stated.defaultSays : `\`${String(given)}\``,
    parse: inCodeOnly,
    ...shape,
  }
}

/** A whole number with a unit. */
export function count(unit: string, stated: Stated & WithDefault<number> & { min: number; max: number }): Row<number> {
  const expects = `a whole number of ${unit} from ${stated.min} to ${stated.max}`
  const check = (value: unknown): Checked<number> =>
    Number.isSafeInteger(value) && (value as number) >= stated.min && (value as number) <= stated.max
      ? { value: value as number }
      : { problem: `must be ${expects}` }
  return row(stated, {
    expects,
    check,
    parse: (text) => (/^\d{1,15}$/.test(text) ? check(Number(text)) : { problem: `must be ${expects}` }),
  })
}

const words: Record<string, boolean> = {
  true: true,
  yes: true,
  on: true,
  1: true,
  false: false,
  no: false,
  off: false,
  0: false,
}

/** True or false; in the environment also yes/no, on/off, 1/0. */
export function flag(stated: Stated & WithDefault<boolean>): Row<boolean> {
  const problem = 'must be true or false'
  return row(stated, {
    expects: 'true or false',
    check: (value) => (typeof value === 'boolean' ? { value } : { problem }),
    parse: (text) => {
      const value = words[text.toLowerCase()]
      return value === undefined ? { problem: `${problem} (or yes/no, on/off, 1/0)` } : { value }
    },
  })
}

/** A setting that cannot be turned off; saying so is refused with the reason. */
export function alwaysOn(stated: Stated & { because: string }): Row<true> {
  const refuse = { problem: `cannot be switched off: ${stated.because}` }
  const base = flag({ ...stated, default: true })
  const on = (checked: Checked<boolean>): Checked<true> =>
    'problem' in checked ? checked : checked.value ? { value: true } : refuse
  return row<true>(
    { ...stated, defaultSays: 'always on' },
    {
      initial: true,
      expects: 'true',
      check: (value) => on(base.check(value)),
      parse: (text) => on(base.parse(text, '')),
    },
  )
}

/** Text; `allowed` says which, `expects` says it in words. */
export function text(stated: Stated & WithDefault<string> & { expects?: string; allowed?: RegExp }): Row<string> {
  const expects = stated.expects ?? 'a text that is not empty'
  const check = (value: unknown): Checked<string> =>
    typeof value === 'string' && (stated.allowed ?? /./s).test(value) ? { value } : { problem: `must be ${expects}` }
  return row(stated, { expects, check, parse: check })
}

/** One of some words. */
export function choice<const T extends string>(allowed: readonly T[], stated: Stated & WithDefault<T>): Row<T> {
  const expects = `one of ${allowed.map((word) => `'${word}'`).join(', ')}`
  const known = (value: unknown): Checked<T> => {
    const found = allowed.find((word) => word === value)
    return found === undefined ? { problem: `must be ${expects}` } : { value: found }
  }
  return row(stated, { expects, check: known, parse: (word) => known(word.toLowerCase()) })
}

/** A function; only code can set it. */
export function hook(stated: { says: string; defaultSays: string }): Row<Hook> {
  return row<Hook>(
    { ...stated, env: [] },
    {
      expects: 'a function',
      check: (value) => (typeof value === 'function' ? { value: value as Hook } : { problem: 'must be a function' }),
    },
  )
}

/** A function that answers at once; only code can set it. */
export function immediateHook(stated: { says: string; defaultSays: string }): Row<Hook> {
  const expects = 'a function that answers at once'
  return row<Hook>(
    { ...stated, env: [] },
    {
      expects,
      check: (value) =>
        typeof value === 'function' && !types.isAsyncFunction(value)
          ? { value: value as Hook }
          : { problem: `must be ${expects}, neither async nor with a promise` },
    },
  )
}

/** Any function: the plugin, which knows Koa, gives hooks their real types. */
export type Hook = (...args: never[]) => unknown

/** A value with a check of its own. */
export function custom<T>(
  stated: Stated & WithDefault<T> & Pick<Row<T>, 'expects' | 'check'> & Partial<Pick<Row<T>, 'parse' | 'envAlso'>>,
): Row<T> {
  return row(stated, {
    expects: stated.expects,
    check: stated.check,
    ...(stated.parse && { parse: stated.parse }),
    ...(stated.envAlso && { envAlso: stated.envAlso }),
  })
}
