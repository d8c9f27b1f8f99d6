import { posix } from 'node:path'
import type { ServedFact } from '../../facts/lifecycle.js'
import type { ProxyFact } from '../../facts/proxy.js'
import { type Directive, directivesIn, readNginx } from '../../files/nginx.js'
import { blankTemplates } from '../../files/template-blanks.js'
import { isExampleFile } from './file-names.js'
import type { Piece, Reading } from './reading.js'
import { seconds } from './units.js'

/** nginx files: servers that pass requests on, and directories that they serve. */
export function readNginxFiles(reading: Reading): readonly Piece[] {
  return reading.files
    .filter((file) => isNginxFile(reading, file))
    .map((file) => {
      const text = reading.text(file) ?? ''
      return pieceOf(reading, file, readNginx(/<%|\{%|\{\{/.test(text) ? blankTemplates(text, '#') : text))
    })
}

function isNginxFile(reading: Reading, file: string): boolean {
  if (
    isExampleFile(file) ||
    !/nginx|(^|\/)(sites-|conf\.d\/)|\.conf(\.\w+)?$/i.test(file) ||
    /\.(md|sh|ya?ml|json|[cm]?js|ts|py|dockerfile|html)$/i.test(file)
  )
    return false
  if (/dockerfile/i.test(posix.basename(file))) return false
  return /\bserver\s*\{|\bproxy_pass\b/.test(reading.text(file) ?? '')
}

function pieceOf(reading: Reading, file: string, all: readonly Directive[]): Piece {
  const found = [...directivesIn(all)]
  const servers = found.filter(({ directive }) => directive.name === 'server' && directive.block)
  // A file of locations only is included into a server somewhere else.
  const scopes =
    servers.length > 0
      ? servers
      : [{ directive: { name: 'server', args: [], block: all, start: 0, end: 0 }, around: [] }]
  const upstreams = found.map(({ directive }) => directive).filter((directive) => directive.name === 'upstream')
  const redirects = servers.some(({ directive }) => listens(directive).plain && redirectsToHttps(directive))
  const proxies = scopes.flatMap(
    ({ directive, around }) => proxyOf(reading, file, { server: directive, around, upstreams, redirects }) ?? [],
  )
  const served = found.filter(({ directive }) => directive.name === 'root' || directive.name === 'alias')
  return {
    proxies,
    served: served.map(
      ({ directive }): ServedFact => ({ path: directive.args[0], place: reading.place(file, directive) }),
    ),
  }
}

interface Scope {
  readonly server: Directive
  readonly around: readonly Directive[]
  readonly upstreams: readonly Directive[]
  readonly redirects: boolean
}

function proxyOf(reading: Reading, file: string, scope: Scope): ProxyFact | undefined {
  const inside = [...directivesIn(scope.server.block ?? [], [...scope.around, scope.server])]
  const passes = inside.filter(({ directive }) => directive.name === 'proxy_pass')
  const main = passes.find(({ around }) => around.at(-1)?.args.at(-1) === '/') ?? passes[0]
  if (!main) return undefined
  const target = /^https?:\/\/([^/:]+)/.exec(main.directive.args[0] ?? '')?.[1]
  const upstream = scope.upstreams.find((candidate) => candidate.args[0] === target)
  const { tls, plain } = listens(scope.server)
  const headers = effective(main.around, 'proxy_set_header')
  const hsts = inside.some(
    ({ directive }) => directive.name === 'add_header' && /strict-transport-security/i.test(directive.args[0] ?? ''),
  )
  return {
    kind: 'nginx',
    place: reading.place(file, main.directive),
    tls: tls ? true : plain ? false : undefined,
    forwardsProto: forwards(headers, main.around),
    sticky: stickyOf(reading, file, upstream),
    cache: cacheOf(reading, file, main.around),
    keepAliveSeconds: keepAlive(upstream),
    httpsOnly: hsts || scope.redirects || redirectsToHttps(scope.server) ? true : plain && !tls ? false : undefined,
    insertAt: insertAt(reading, file, headers[0] ?? main.directive),
  }
}

function listens(server: Directive): { tls: boolean; plain: boolean } {
  const lists = (server.block ?? [])
    .filter((directive) => directive.name === 'listen')
    .map((directive) => directive.args)
  const ssl = (server.block ?? []).some((directive) => directive.name === 'ssl' && directive.args[0] === 'on')
  const tls =
    ssl || lists.some((args) => args.includes('ssl') || args.includes('quic') || /(^|:)443$/.test(args[0] ?? ''))
  return { tls, plain: lists.some((args) => /(^|:)80$/.test(args[0] ?? '')) || (lists.length > 0 && !tls) }
}

function redirectsToHttps(server: Directive): boolean {
  return [...directivesIn(server.block ?? [])].some(
    ({ directive }) =>
      (directive.name === 'return' && /^https:/.test(directive.args[1] ?? directive.args[0] ?? '')) ||
      (directive.name === 'rewrite' && /^https:/.test(directive.args[1] ?? '')),
  )
}

/** nginx takes such directives from the nearest level that has any, and from no other. */
function effective(around: readonly Directive[], name: string): readonly Directive[] {
  for (const level of around.toReversed()) {
    const own = (level.block ?? []).filter((directive) => directive.name === name)
    if (own.length > 0) return own
  }
  return []
}

function forwards(headers: readonly Directive[], around: readonly Directive[]): boolean | undefined {
  if (headers.some((header) => /^x-forwarded-proto$/i.test(header.args[0] ?? ''))) return true
  const included = around.some((level) =>
    (level.block ?? []).some(
      (directive) => directive.name === 'include' && !/mime\.types/.test(directive.args[0] ?? ''),
    ),
  )
  return included ? undefined : false
}

function stickyOf(reading: Reading, file: string, upstream: Directive | undefined): ProxyFact['sticky'] {
  const found = upstream?.block?.find(
    (directive) =>
      /^(ip_hash|sticky|hash)$/.test(directive.name) && !/\$request_uri|\$uri/.test(directive.args.join(' ')),
  )
  return found && { how: [found.name, ...found.args].join(' '), place: reading.place(file, found) }
}

function cacheOf(reading: Reading, file: string, around: readonly Directive[]): ProxyFact['cache'] {
  const [cache] = effective(around, 'proxy_cache')
  if (!cache || cache.args[0] === 'off') return undefined
  const words = ['proxy_cache_key', 'proxy_cache_bypass', 'proxy_no_cache']
    .flatMap((name) => effective(around, name))
    .flatMap((directive) => directive.args)
  return {
    place: reading.place(file, cache),
    sessionAware: words.some((word) => /cookie|authorization|session/i.test(word)),
  }
}

/** Connections to the app stay open only where the upstream has `keepalive`; 60 s where no time is written. */
function keepAlive(upstream: Directive | undefined): number | undefined {
  const block = upstream?.block ?? []
  if (!block.some((directive) => directive.name === 'keepalive')) return undefined
  const timeout = block.find((directive) => directive.name === 'keepalive_timeout')
  return timeout ? seconds(timeout.args[0] ?? '') : 60
}

function insertAt(reading: Reading, file: string, before: Directive) {
  return reading.place(file, { start: before.start, end: before.start })
}
