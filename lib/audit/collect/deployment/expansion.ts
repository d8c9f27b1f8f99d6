/** A text of a deployment file in which `$NAME` may stand. */
export interface Expanded {
  /** The text, with defaults put in; undefined where only the run can tell. */
  readonly value: string | undefined
  /** The variable that decides. */
  readonly variable: string | undefined
  /** The value only stands in for an unset variable. */
  readonly fallback: boolean
}

const whole = /^\$\{([A-Za-z_]\w*)(?:(:?[-=?+])([^}]*))?\}$|^\$([A-Za-z_]\w*)$/

/** `${NAME:-default}` and `$NAME`, as shells and compose read them. */
export function expand(text: string): Expanded {
  const match = whole.exec(text.trim())
  if (match) {
    const variable = match[1] ?? match[4]
    const byDefault = match[2]?.endsWith('-') || match[2]?.endsWith('=')
    return { value: byDefault ? match[3] : undefined, variable, fallback: byDefault === true }
  }
  const inside = /\$\{?([A-Za-z_]\w*)/.exec(text.replaceAll('$$', ''))
  return { value: inside ? undefined : text, variable: inside?.[1], fallback: false }
}
