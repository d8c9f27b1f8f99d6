import type { Place } from '../place.js'

export interface PythonFact {
  readonly file: string
  readonly server: 'gunicorn' | 'waitress' | 'flask' | 'uwsgi' | undefined
  readonly workers: number | 'cpus' | null
  /** For `cpus`: what is made of their number, as written. */
  readonly formula?: string | undefined
  readonly threads: number | null
  readonly bind: string | undefined
  readonly settings: readonly PythonSetting[]
  readonly hooks: readonly { readonly name: string; readonly place: Place }[]
  readonly places: readonly Place[]
}

/** A setting of Flask, Flask-Session or Gunicorn: SECRET_KEY, SESSION_TYPE, workers. */
export interface PythonSetting {
  readonly name: string
  /** As text, where it can be read. Never printed where it is a secret. */
  readonly value: string | undefined
  /** The class or function whose call gives it, where it is neither of the others. */
  readonly made: string | undefined
  /** The name that it is given, where no file says what that is worth: `Settings.KEY`. */
  readonly named?: string | undefined
  readonly variable: string | undefined
  readonly fallback: string | undefined
  /** What makes it at random, where the variable is unset or in any case: `os.urandom`, `token_hex`. */
  readonly random: string | undefined
  readonly place: Place
  /** Where the setting is given it, when it is written elsewhere. */
  readonly sink?: Place | undefined
}
