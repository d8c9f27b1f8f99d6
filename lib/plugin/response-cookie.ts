import type { Context } from 'koa'

/**
 * Puts one Set-Cookie line on the response, in the place of any other of that name, and keeps caches away from it
 * (RFC 9111 section 5.2.2.5; OWASP ASVS 14.3.2).
 */
export function sendCookie(ctx: Context, name: string, line: string): void {
  dropCookie(ctx, name)
  ctx.append('Set-Cookie', line)
  ctx.set('Cache-Control', 'no-store')
  ctx.vary('Cookie')
}

/** Takes the lines of one cookie off the response. */
export function dropCookie(ctx: Context, name: string): void {
  const lines = cookieLines(ctx)
  const others = lines.filter((line) => !line.startsWith(`${name}=`))
  if (others.length === lines.length) return
  if (others.length === 0) ctx.remove('Set-Cookie')
  else ctx.set('Set-Cookie', others)
}

/** Koa answers an error with the headers of the error alone: hands it the cookie of this response. */
export function keepCookieOnError(ctx: Context, name: string, error: unknown): void {
  const ours = cookieLines(ctx).filter((line) => line.startsWith(`${name}=`))
  if (ours.length === 0 || !(error instanceof Error)) return
  const headers = {
    ...(error as { headers?: object }).headers,
    'Set-Cookie': ours,
    'Cache-Control': 'no-store',
    Vary: ctx.response.get('Vary'),
  }
  // An error may be frozen; it is still the error that the client must see.
  Reflect.set(error, 'headers', headers)
}

const cookieLines = (ctx: Context) => [ctx.res.getHeader('Set-Cookie') ?? []].flat().map(String)
