import { commentSecrets } from '../../comment-secrets.js'
import type { Module } from '../../source/modules.js'

/** What comments give away of keys. Words that stand in the code too are its names. */
export function textsInComments({ comments, text }: Module): readonly string[] {
  const said = comments.flatMap(commentSecrets)
  if (said.length === 0) return []
  const code = comments.reduce((rest, comment) => rest.replace(comment, () => ''), text)
  return said.filter((each) => !code.includes(each))
}
