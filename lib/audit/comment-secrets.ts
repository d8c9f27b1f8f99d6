import { secretParts } from './secret-values.js'

/** A word that speaks of a key; a text that holds such a word is none. */
const telling = /(secret|passw|passphrase|\bpw\b|pwd|token|credential|(?<![a-z])keys?\b|[a-z](Key|_key)s?\b)[\w.-]*/i

/** A text in quotes, or a word. */
const piece = /(['"`])([^'"`\n]{4,300})\1|([^\s'"`,;()[\]{}<>]{6,300})/g

/** What tells nothing: algorithms, versions, dates, durations, addresses, paths, names in code, prefixes. */
const ordinary =
  /^[a-z_-]+(:[a-z_-]*)+$|^(hs|rs|es|ps|sha|aes|rsa|md|base|utf|oauth|http|ipv|uuid|ed|hmac|blake|node|koa|iso|rfc|cve|ecma)[-_@]?v?\d|^\d[\d.:_-]*[a-z]{0,6}$|^v?\d+(\.\d+)+|^\d{4}-\d\d|^[@#]|:\/\/|^\.{0,2}\/|@[\^~]?\d|^(process|config|ctx|this|app|req|res|module|exports)\.|\.(js|ts|json|md|html?|ya?ml|env|pem|key|crt|py|sh)\b/i

/** `verifyTokenV2` */
const camel = /^[a-z]+([A-Z][a-z]*)+\d{0,2}$/

/** What a comment that speaks of a key may give away: texts in quotes, and words of letters and digits. */
export function commentSecrets(comment: string): readonly string[] {
  const said = telling.exec(comment)
  if (said === null) return []
  const rest = comment.slice(said.index + said[0].length)
  return [...rest.matchAll(piece)]
    .flatMap(([, , quoted, word = '']) => quoted ?? (isMixed(word) ? word.replace(/^[=:]+|[.:!?]+$/g, '') : []))
    .filter((text) => !ordinary.test(text) && !camel.test(text))
    .flatMap(secretParts)
}

const isMixed = (word: string) => /\d/.test(word) && /[a-z]/i.test(word)
