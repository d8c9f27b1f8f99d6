import { UsageError } from './usage-error.js'

/** A text that was given, and by what: `--port`, `PORT`. */
export interface Given {
  readonly text: string
  readonly source: string
}

/** The first of them that is set; an empty one counts as not set. */
export function firstGiven(...candidates: readonly (readonly [string, string | undefined])[]): Given | undefined {
  for (const [source, text] of candidates)
    if (text !== undefined && text.trim() !== '') return { text: text.trim(), source }
  return undefined
}

/** @throws UsageError that names the source */
export function wholeNumber(given: Given, unit: string, min: number, max: number): number {
  const value = /^\d{1,12}$/.test(given.text) ? Number(given.text) : Number.NaN
  if (value >= min && value <= max) return value
  throw new UsageError(
    `${given.source} is ${quoted(given.text)}; it must be a whole number of ${unit} from ${min} to ${max}.`,
  )
}

/** Seconds, perhaps with a fraction and an s, in ms. @throws UsageError that names the source */
export function seconds(given: Given, max = 86_400): number {
  const [, number] = /^(\d{1,9}(?:\.\d{1,3})?)s?$/.exec(given.text) ?? []
  if (number !== undefined && Number(number) <= max) return Math.round(Number(number) * 1000)
  throw new UsageError(`${given.source} is ${quoted(given.text)}; it must be a number of seconds from 0 to ${max}.`)
}

export const quoted = (text: string) => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
