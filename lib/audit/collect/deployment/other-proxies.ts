import { posix } from 'node:path'
import type { ServedFact } from '../../facts/lifecycle.js'
import type { ProxyFact } from '../../facts/proxy.js'
import type { Span } from '../../files/tree.js'
import type { Piece, Reading } from './reading.js'

/** Caddyfiles, HAProxy and Apache. */
export function readOtherProxies(reading: Reading): readonly Piece[] {
  return reading.files.flatMap((file) => {
    const base = posix.basename(file)
    if (/^caddyfile([._-][\w-]+)?$/i.test(base)) return [caddy(reading, file)]
    if (/haproxy[\w.-]*\.cfg$/i.test(base)) return [haproxy(reading, file)]
    return /\.conf$|\.htaccess$/.test(base) ? [apache(reading, file)] : []
  })
}

/** The first match outside comments, with its offsets. */
function match(text: string, pattern: RegExp): (Span & { text: string }) | undefined {
  for (const found of text.matchAll(new RegExp(pattern.source, `${pattern.flags.replace(/[gm]/g, '')}gm`))) {
    const line = text.slice(text.lastIndexOf('\n', found.index) + 1, found.index)
    if (!line.includes('#')) return { text: found[0], start: found.index, end: found.index + found[0].length }
  }
  return undefined
}

function proxy(
  reading: Reading,
  file: string,
  at: Span,
  known: Partial<ProxyFact> & Pick<ProxyFact, 'kind'>,
): ProxyFact {
  return {
    place: reading.place(file, at),
    tls: undefined,
    forwardsProto: undefined,
    sticky: undefined,
    cache: undefined,
    keepAliveSeconds: undefined,
    httpsOnly: undefined,
    insertAt: undefined,
    ...known,
  }
}

function stickyAt(reading: Reading, file: string, found: (Span & { text: string }) | undefined): ProxyFact['sticky'] {
  return found && { how: found.text.trim(), place: reading.place(file, found) }
}

/** Caddy fetches certificates for every address that is a name, redirects to https, and sends X-Forwarded-Proto. */
function caddy(reading: Reading, file: string): Piece {
  const text = reading.text(file) ?? ''
  const pass = match(text, /^[ \t]*(?:reverse_proxy|php_fastcgi|proxy)\b[^\n]*/)
  const roots = match(text, /^[ \t]*root[ \t]+(?:\*[ \t]+)?(\S+)/)
  const served: readonly ServedFact[] = roots
    ? [{ path: roots.text.trim().split(/\s+/).at(-1), place: reading.place(file, roots) }]
    : []
  if (!pass) return { served }
  const addresses = [...text.matchAll(/^(?![ \t#(){}])([^\s{#][^{\n]*?)[ \t]*\{/gm)]
    .map((found) => found[1] ?? '')
    .flatMap((line) => line.split(/[\s,]+/))
  const secure = addresses.filter(
    (address) => !/^(http:\/\/|:\d+$|localhost|127\.|\*?:80$|\(|\{)/.test(address) && /\.|^https:|\$/.test(address),
  )
  const manual = match(text, /^[ \t]*tls\b[^\n]*/) !== undefined
  const tls = secure.length > 0 || manual ? true : addresses.length > 0 ? false : undefined
  const sticky = stickyAt(
    reading,
    file,
    match(text, /^[ \t]*lb_policy[ \t]+(?:cookie|ip_hash|client_ip_hash|header)\b[^\n]*/),
  )
  return {
    served,
    proxies: [
      proxy(reading, file, pass, {
        kind: 'caddy',
        tls,
        forwardsProto: true,
        sticky,
        httpsOnly: tls ? true : undefined,
      }),
    ],
  }
}

function haproxy(reading: Reading, file: string): Piece {
  const text = reading.text(file) ?? ''
  const backend = match(text, /^[ \t]*server[ \t]+\S+[^\n]*/)
  if (!backend) return {}
  const tls = match(text, /^[ \t]*bind\b[^\n]*\bssl\b/) !== undefined
  const forwardsProto = match(text, /x-forwarded-proto/i) !== undefined
  const sticky = stickyAt(
    reading,
    file,
    match(text, /^[ \t]*(?:cookie[ \t]+\S+[ \t]+(?:insert|prefix|rewrite)|balance[ \t]+source|stick[ \t]+on)[^\n]*/),
  )
  const httpsOnly = match(text, /redirect[ \t]+scheme[ \t]+https|strict-transport-security/i) !== undefined
  return {
    proxies: [
      proxy(reading, file, backend, { kind: 'haproxy', tls, forwardsProto, sticky, httpsOnly: httpsOnly || undefined }),
    ],
  }
}

function apache(reading: Reading, file: string): Piece {
  const text = reading.text(file) ?? ''
  const pass = match(text, /^[ \t]*(?:ProxyPass|RewriteRule[^\n]*\[[^\]\n]*P[,\]])[ \t][^\n]*/)
  if (!pass || !/<VirtualHost|ProxyPass/.test(text)) return {}
  const tls = match(text, /SSLEngine[ \t]+on|<VirtualHost[^>]*:443>/i) !== undefined
  const forwardsProto = match(text, /RequestHeader[ \t]+set[ \t]+"?X-Forwarded-Proto/i) !== undefined
  const sticky = stickyAt(reading, file, match(text, /stickysession=\S+/i))
  const httpsOnly =
    match(text, /Redirect\w*[ \t][^\n]*https:|RewriteRule[^\n]*https:|Strict-Transport-Security/i) !== undefined
  return {
    proxies: [
      proxy(reading, file, pass, { kind: 'apache', tls, forwardsProto, sticky, httpsOnly: httpsOnly || undefined }),
    ],
  }
}
