import { isPublishedSecret } from '../core/known-secrets.js'

const placeholders = /change.?(me|in.?production|this)|your[-_ ]?(secret|key)|should be set|^<.*>$|\bxxx+/gi

/**
 * Whether a secret can be shown, since everybody knows it or since it only asks to be replaced. One that merely holds
 * such words beside random characters cannot.
 */
export function isShownSecret(secret: string): boolean {
  if (!isPublishedSecret(secret)) return false
  const rest = secret.replace(placeholders, ' ')
  if (rest === secret && /[<>]/.test(secret)) return false
  return !rest.split(/[\s_.-]+/).some((word) => word.length >= 8 && /\d/.test(word) && /[a-z]/i.test(word))
}
