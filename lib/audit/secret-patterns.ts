import { isShownSecret } from './public-secret.js'

/** A secret in a text: the offsets of its first character and of the one after its last. */
export interface FoundSecret {
  readonly start: number
  readonly end: number
  readonly value: string
}

/** Ends a password in an address: an `@` with a host behind it. Passwords hold such signs too. */
const host = String.raw`[\w.-]+(?::\d+)?(?:[/,?'"\`\s;)\]}]|$)`

/** Secrets that no fact knows of: passwords in addresses and commands, literals with a telling name, keys by their form. */
const patterns: readonly RegExp[] = [
  new RegExp(
    String.raw`\b[a-z][a-z\d+]{0,20}:\/\/[^\s:/@'"\`]{0,100}:(?!\d+\/)((?:[^\s'"\`@,]|[@,](?!${host})){1,500})@(?=[\w.[$\{%*+-]|['"\`])`,
    'dgi',
  ),
  /\b[a-z][a-z\d+]{0,20}:\/\/[^\s:/@'"`]{0,100}:([^\s/@'"`]{1,500})@/dgi,
  /\brequirepass['"]?[\s,=:]+['"]?([^\s'",\]]+)/dgi,
  /(?:secret|passw(?:or)?d|passphrase|api_?key|private_?key|token)[\w-]{0,12}['"]?\s*[:=]\s*(['"`])((?:(?!\1)[^\\\n]|\\.){6,500})\1/dgi,
  /[?&;]\s*(?:password|passwd|pwd|secret|token|api_?key|access_?token|accountkey|sharedaccesskey)=([^;&\s'"`]{3,500})/dgi,
  /\b(?:bearer|basic) ((?=[\w+/.~-]*[\d=])[\w+/.~-]{10,4000}={0,2})/dgi,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----([^-]+)/dg,
  /\b((?:sk|rk)_live_\w{10,}|gh[pousr]_\w{20,}|xox[abprs]-[\w-]{10,}|AKIA[A-Z0-9]{16}|eyJ[\w-]{10,2000}\.[\w-]{1,4000}\.[\w-]+)/dg,
  /['"`]((?=[a-f]*\d)(?=\d*[a-f])[a-f\d]{32,256})['"`]/dgi,
]

/** What of a pattern is code that names a secret, not one. */
const noSecret = /process\.env|^\$\w+$|^<|^\$\(|^[\w$.]+\(|^[*x•.…]+$|^\{\{.*\}\}$|%\w|…/i

/** What stands for a value that comes from elsewhere. */
const references = /\$\{[^}]*\}|\{\{[^}]*\}\}/g

/** Secrets that tell themselves by their form or by what stands before them. They may overlap. */
export function* secretsByForm(text: string): Generator<FoundSecret> {
  for (const pattern of patterns) for (const match of text.matchAll(pattern)) yield* foundIn(match)
}

function* foundIn(match: RegExpMatchArray): Generator<FoundSecret> {
  const group = match.length - 1
  const value = match[group] ?? ''
  const [start] = match.indices?.[group] ?? [0]
  const own = value.replace(references, '')
  if (own === '' || noSecret.test(own) || isShownSecret(value)) return
  yield { start, end: start + value.length, value }
}
