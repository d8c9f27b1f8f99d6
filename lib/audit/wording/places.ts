import type { Place } from '../place.js'

/** `src/app.js:12`. */
export const at = ({ file, line }: Place): string => `${file}:${line}`

/** `1 request in 4`: the prediction for a login that one of the workers knows. */
export const oneIn = (count: number): string => `about 1 request in ${count}`

/** `a, b and c`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

/** `1 worker`, `4 workers`. */
export const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`
