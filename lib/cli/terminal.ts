import type { Output } from './surroundings.js'

type Environment = Readonly<Record<string, string | undefined>>

const leastWidth = 40
const mostWidth = 110

/** Whether to write colours. The flag wins, then NO_COLOR (no-color.org), FORCE_COLOR, and whether people watch. */
export function hasColour(flag: boolean | undefined, environment: Environment, output: Output): boolean {
  if (flag !== undefined) return flag
  const { NO_COLOR, FORCE_COLOR, TERM } = environment
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return !/^(0|false)$/i.test(FORCE_COLOR)
  return output.isTTY === true && TERM !== 'dumb'
}

/** Whether the locale (POSIX, XBD 8.2) says that only ASCII can be shown. Where nothing is said, UTF-8 is. */
export function isAsciiOnly({ LC_ALL, LC_CTYPE, LANG, TERM }: Environment): boolean {
  const locale = [LC_ALL, LC_CTYPE, LANG].find((value) => value !== undefined && value !== '')
  if (locale === undefined) return TERM === 'linux'
  return !/utf-?8/i.test(locale)
}

/** Columns to fill: those of the terminal within reason, 80 for files and pipes. */
export function widthOf({ isTTY, columns }: Output): number {
  if (isTTY !== true || columns === undefined || columns <= 0) return 80
  return Math.min(mostWidth, Math.max(leastWidth, columns))
}
