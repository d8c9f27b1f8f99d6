const secretName =
  /secret|passw(or)?d|passphrase|\bpwd\b|pwd$|\bpw\b|token|credential|salt\b|signature|(^|[_.-])(pass|auth|dsn)$|(^|[_.-])keys?([_.-]?\d+)?$|api_?key|private_?key/i

/** `cookieKey`, but not `MONKEY`. */
const camelKey = /[a-z]Keys?\d*$/

/** What such names hold that is no secret: where it is, how it is called, how long it holds. */
const aboutSecret =
  /^(proxy|fastcgi|uwsgi|scgi|grpc|memcached)_pass$|[_.-](file|path|dir|directory|name|prefix|header|ttl|expir\w*|lifetime|max_?age|length|size|rounds|algorithm|enabled|url_?path)$|public_?key|key_?prefix/i

/** The same in one word: `tokenName`, `passwordField`. */
const aboutInCamel =
  /[a-z](File|Path|Dir|Directory|Name|Prefix|Header|Ttl|TTL|Expir\w*|Lifetime|MaxAge|Length|Size|Rounds|Algorithm|Enabled|Url|Field|Type|Regex|Pattern|Error|Message|Label)$/

/** Whether a variable or setting of this name holds a secret. */
export function namesSecret(name: string): boolean {
  return (secretName.test(name) || camelKey.test(name)) && !aboutSecret.test(name) && !aboutInCamel.test(name)
}

const nameInSource =
  /secret|passw(or)?d|passphrase|^pass$|^pw$|pwd$|token|credential|salt$|dsn$|^keys$|^auth$|(app|session|cookies?|jwt|sign(ing)?|encrypt(ion)?|crypto|access|master|auth|api|private)_?keys?$/i

/** The same in source, where `key` also names cookies, fields and routes. */
export function namesSecretInSource(name: string): boolean {
  return nameInSource.test(name) && !aboutSecret.test(name) && !aboutInCamel.test(name)
}
