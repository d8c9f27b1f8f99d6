/** Where the pages of the rules can be read; they are part of the package. */
const pages = 'https://unpkg.com/koa-shared-session/docs/rules'

/** The page of a rule. */
export function ruleLink(id: string): string {
  return `${pages}/${id.toLowerCase()}.md`
}
