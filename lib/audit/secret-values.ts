import type { Facts } from './facts.js'
import { isShownSecret } from './public-secret.js'
import { namesSecret } from './secret-names.js'
import { secretsOfCommand } from './secret-patterns.js'

const reference = /^\$\(|^\$\{[^}]*\}$|^\$\w+$|^\{\{.*\}\}$|^(true|false|yes|no|null|none|undefined|on|off)$/i

/** An address of a network is none either, and the guide's own commands hold some. */
const address = /^(localhost|(\d{1,3}\.){3}\d{1,3}|::1?)$/

/**
 * Every value of the facts that nobody may see. Left out are those that are printed in public READMEs, and the name of
 * the package: one who takes it as a key has no secret to keep.
 */
export function secretValues(facts: Facts): readonly string[] {
  const found = new Set<string>()
  const add = (value: string | undefined) => {
    for (const part of secretParts(value)) found.add(part)
  }
  const taken = new Set(facts.secrets.map((secret) => secret.variable))
  for (const { value, fallback } of facts.secrets) [value, fallback?.value].map(add)
  for (const text of facts.secretTexts) {
    add(text)
    addPasswords(text, add)
  }
  for (const { name, value, fromSecret } of facts.variables) {
    if (fromSecret || taken.has(name) || namesSecret(name)) add(value)
    addPasswords(value, add)
  }
  for (const { url } of facts.redisClients) addPasswords(url, add)
  for (const { environment, text, args } of facts.commands) {
    for (const written of [text, args.join(' ')]) for (const { value } of secretsOfCommand(written)) add(value)
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
  // A key that is the app's own name is no secret to hide, and the report must name the app.
  found.delete(facts.app.name)
  return [...found]
}

/** The value, and each of a list of keys as `env.split(',')` takes them apart; nothing of what is no secret. */
export function secretParts(value: string | undefined): string[] {
  const whole = value?.trim() ?? ''
  const parts = whole.includes(',') ? whole.split(',').map((part) => part.trim()) : []
  return [whole, ...parts].filter(
    (part) => part !== '' && !reference.test(part) && !address.test(part) && !isShownSecret(part),
  )
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
