import { isShownSecret } from './public-secret.js'
import { namesSecret } from './secret-names.js'

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
  /\b(?:curl|wget)\b.*?\s(?:-\w*u|--user)[ \t=]*['"]?[^\s:'"]+:([^\s'"`]{1,500})/dgi,
  /\brequirepass['"]?[\s,=:]+['"]?([^\s'",\]]+)/dgi,
  /(?:secret|passw(?:or)?d|passphrase|api_?key|private_?key|token)[\w-]{0,12}['"]?\s*[:=]\s*(['"`])((?:(?!\1)[^\\\n]|\\.){6,500})\1/dgi,
  /[?&;]\s*(?:password|passwd|pwd|secret|token|api_?key|access_?token|accountkey|sharedaccesskey)=([^;&\s'"`]{3,500})/dgi,
  /\b(?:bearer|basic) ((?=[\w+/.~-]*[\d=])[\w+/.~-]{10,4000}={0,2})/dgi,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----([^-]+)/dg,
  /\b((?:sk|rk)_live_\w{10,}|gh[pousr]_\w{20,}|xox[abprs]-[\w-]{10,}|AKIA[A-Z0-9]{16}|eyJ[\w-]{10,2000}\.[\w-]{1,4000}\.[\w-]+)/dg,
  /['"`]((?=[a-f]*\d)(?=\d*[a-f])[a-f\d]{32,256})['"`]/dgi,
]

/** A value with or without quotes, which a text in JSON escapes. */
const value = String.raw`(?:\\?"(?<inDouble>[^"\\\n]+)|'(?<inSingle>[^'\n]+)|(?<bare>[^\s'"\`,;|&)\]}\\-][^\s'"\`,;|&)\]}\\]*))`

/** Values with a name before them: of flags in commands and lists, of headers and variables that a proxy sets or asks for. */
const named: readonly RegExp[] = [
  new RegExp(String.raw`(?<![\w-])--(?<name>[a-z][\w-]*)(?:=|[ \t]+)${value}`, 'dgi'),
  /(['"])--(?<name>[a-z][\w-]*)\1\s*,\s*\1(?<inDouble>[^'"\n]+)\1/dgi,
  new RegExp(String.raw`^[ \t]*- --(?<name>[a-z][\w-]*)\r?\n[ \t]*- ${value}`, 'dgim'),
  new RegExp(
    String.raw`\b(?:proxy_set_header|add_header|(?:fastcgi|uwsgi)_param|header_up|set-header|RequestHeader[ \t]+set)[ \t]+["']?(?<name>[\w-]+)["']?[ \t]+${value}`,
    'dgi',
  ),
  new RegExp(String.raw`(?:\bset[ \t]+\$(?<name>\w+)[ \t]+)${value}`, 'dgi'),
  new RegExp(String.raw`\$(?<name>\w+)[ \t]*(?:!=|==?|!?~\*?)[ \t]*${value}`, 'dgi'),
]

/** `NAME=value` among the words of a command, for the program that it starts or for another one. */
const assigned = new RegExp(String.raw`(?<![\w.])(?<name>[A-Za-z_]\w*)=${value}`, 'dg')

/** What such values are beside secrets: files. */
const file = /\.(js|ts|mjs|cjs|pem|key|crt|cert|json|txt|ya?ml|env)$/i

/** What of a pattern is code that names a secret, not one. */
const noSecret = /process\.env|^\$\w+$|^<|^\$\(|^[\w$.]+\(|^[*x•.…]+$|^\{\{.*\}\}$|%\w|…/i

/** What stands for a value that comes from elsewhere. */
const references = /\$\{[^}]*\}|\{\{[^}]*\}\}/g

/** Secrets that tell themselves by their form or by what stands before them. They may overlap. */
export function* secretsByForm(text: string): Generator<FoundSecret> {
  for (const pattern of patterns)
    for (const match of text.matchAll(pattern)) {
      const group = match.length - 1
      yield* checked(match[group] ?? '', match.indices?.[group])
    }
  for (const pattern of named) for (const match of text.matchAll(pattern)) yield* withName(match)
}

/** The same in a command, where `NAME=value` is no code. */
export function* secretsOfCommand(text: string): Generator<FoundSecret> {
  yield* secretsByForm(text)
  for (const match of text.matchAll(assigned)) yield* withName(match)
}

function* withName({ groups = {}, indices }: RegExpMatchArray): Generator<FoundSecret> {
  const form = ['inDouble', 'inSingle', 'bare'].find((each) => groups[each] !== undefined) ?? ''
  const name = groups.name ?? ''
  const value = groups[form] ?? ''
  if (file.test(value) || !(namesSecret(name) || /^(proxy-)?authorization$|^(set-)?cookie$/i.test(name))) return
  yield* checked(value, indices?.groups?.[form])
}

function* checked(value: string, [start] = [0, 0]): Generator<FoundSecret> {
  const own = value.replace(references, '').replace(/^(bearer|basic) /i, '')
  if (own === '' || noSecret.test(own) || isShownSecret(value)) return
  yield { start, end: start + value.length, value }
}
