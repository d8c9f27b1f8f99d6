import type { Facts } from './facts.js'
import { isShownSecret } from './public-secret.js'

const secretName =
  /secret|passw(or)?d|passphrase|\bpwd\b|pwd$|token|credential|salt\b|signature|(^|[_.-])(pass|auth|dsn)$|(^|[_.-])keys?([_.-]?\d+)?$|api_?key|private_?key/i

/** `cookieKey`, but not `MONKEY`. */
const camelKey = /[a-z]Keys?\d*$/

/** What such names hold that is no secret: where it is, how it is called, how long it holds. */
const aboutSecret =
  /[_.-](file|path|dir|directory|name|prefix|header|ttl|expir\w*|lifetime|max_?age|length|size|rounds|algorithm|enabled|url_?path)$|public_?key|key_?prefix/i

const reference = /^\$\(|^\$\{[^}]*\}$|^\$\w+$|^\{\{.*\}\}$|^(true|false|yes|no|null|none|undefined|on|off)$/i

/** Whether a variable or setting of this name holds a secret. */
export function namesSecret(name: string): boolean {
  return (secretName.test(name) || camelKey.test(name)) && !aboutSecret.test(name)
}

/**
 * Every value of the facts that nobody may see. Left out are those that are printed in public READMEs, and the name of
 * the package: one who takes it as a key has no secret to keep.
 */
export function secretValues(facts: Facts): readonly string[] {
  const found = new Set<string>()
  const add = (value: string | undefined) => {
    for (const part of partsOf(value)) found.add(part)
  }
  const taken = new Set(facts.secrets.map((secret) => secret.variable))
  for (const { value, fallback } of facts.secrets) [value, fallback?.value].map(add)
  for (const { name, value, fromSecret } of facts.variables) {
    if (fromSecret || taken.has(name) || namesSecret(name)) add(value)
    addPasswords(value, add)
  }
  for (const { url } of facts.redisClients) addPasswords(url, add)
  for (const { environment, text } of facts.commands) {
    for (const [name, value] of Object.entries(environment)) {
      if (taken.has(name) || namesSecret(name)) add(value)
      addPasswords(value, add)
    }
    addPasswords(text, add)
  }
  for (const { name, value, fallback } of facts.python?.settings ?? [])
    for (const one of [value, fallback]) {
      if (namesSecret(name)) add(one)
      addPasswords(one, add)
    }
  found.delete(facts.app.name)
  // A key that is the app's own name is no secret to hide, and the report must name the app.
  found.delete(facts.app.name)
  return [...found]
}

/** The value, and each of a list of keys as `env.split(',')` takes them apart. */
function partsOf(value: string | undefined): string[] {
  const whole = value?.trim() ?? ''
  const parts = whole.includes(',') ? whole.split(',').map((part) => part.trim()) : []
  return [whole, ...parts].filter((part) => part !== '' && !reference.test(part) && !isShownSecret(part))
}

/** The passwords of `scheme://user:password@host`, as written and decoded. */
function addPasswords(text: string | undefined, add: (value: string | undefined) => void): void {
  for (const [, password = ''] of (text ?? '').matchAll(
    /\b[a-z][a-z\d+]{0,20}:\/\/[^\s:/@]{0,100}:([^\s/@]{1,500})@/gi,
  )) {
    add(password)
    add(decoded(password))
  }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
