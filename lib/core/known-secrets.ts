/**
 * Secrets that anybody can read: from the READMEs of Koa, koa-session and their relatives, and from public apps.
 * Written folded: lower case, without spaces, hyphens and underscores.
 */
const published = new Set(
  `dev development test secret secretkey supersecret supersecretkey mysecret changeme password keyboardcat somesecrethurr
  imanewersecret iliketurtle newestsecretkey oldersecretkey sessionkey csrfexample key1 key2 k1 keepitsecret
  thebestsecretkeyintheworld pebblesecretkey todokey yoursecretkey yourlongrandomsecretkeyhere setaverysecuresecretkey
  yourverysecuresecretkey default example placeholder foobar 123456`.split(/\s+/),
)

const placeholder = /change.?(me|in.?production|this)|your[-_ ]?(secret|key)|should be set|<.*>|\bxxx+/i

/** Whether the secret is one that is printed somewhere public, or a text that asks to be replaced. */
export function isPublishedSecret(secret: string): boolean {
  return published.has(secret.toLowerCase().replace(/[\s_-]/g, '')) || placeholder.test(secret)
}
