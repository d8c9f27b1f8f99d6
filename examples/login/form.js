const longestForm = 10_000

/** The fields of a form that was sent. Anything too long is refused with 413. */
export async function readForm(ctx) {
  let text = ''
  ctx.req.setEncoding('utf8')
  for await (const chunk of ctx.req) {
    text += chunk
    if (text.length > longestForm) ctx.throw(413)
  }
  return new URLSearchParams(text)
}
