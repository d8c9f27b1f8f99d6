import type { ServerResponse } from 'node:http'
import type { Context } from 'koa'
import onHeaders from 'on-headers'

/** The Set-Cookie lines that responses are to leave with, by the cookie's name. */
const kept = new WeakMap<ServerResponse, Map<string, string>>()

/**
 * Puts one Set-Cookie line on the response, in the place of any other of that name, and keeps caches away from it (RFC
 * 9111 section 5.2.2.5; OWASP ASVS 14.3.2). Both hold for what the client gets: whatever the app does to the headers
 * later, an error among it, for which Koa begins with empty ones.
 */
export function sendCookie(ctx: Context, name: string, line: string): void {
  const lines = kept.get(ctx.res) ?? keepUntilSent(ctx)
  lines.set(name, line)
  place(ctx, lines)
}

/** Takes the lines of one cookie off the response. */
export function dropCookie(ctx: Context, name: string): void {
  kept.get(ctx.res)?.delete(name)
  setLines(ctx, otherLines(ctx, [name]))
}

function keepUntilSent(ctx: Context): Map<string, string> {
  const lines = new Map<string, string>()
  kept.set(ctx.res, lines)
  onHeaders(ctx.res, () => {
    if (lines.size > 0) place(ctx, lines)
  })
  return lines
}

function place(ctx: Context, lines: ReadonlyMap<string, string>): void {
  setLines(ctx, [...otherLines(ctx, [...lines.keys()]), ...lines.values()])
  ctx.res.setHeader('Cache-Control', 'no-store')
  ctx.vary('Cookie')
}

function otherLines({ res }: Context, names: readonly string[]): string[] {
  const lines = [res.getHeader('Set-Cookie') ?? []].flat().map(String)
  return lines.filter((line) => !names.some((name) => line.startsWith(`${name}=`)))
}

function setLines({ res }: Context, lines: readonly string[]): void {
  if (lines.length > 0) res.setHeader('Set-Cookie', lines)
  else res.removeHeader('Set-Cookie')
}
