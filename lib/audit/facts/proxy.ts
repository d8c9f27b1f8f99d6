import type { Place } from '../place.js'

export interface ProxyFact {
  readonly kind:
    | 'nginx'
    | 'caddy'
    | 'haproxy'
    | 'traefik'
    | 'apache'
    | 'ingress'
    | 'heroku'
    | 'fly'
    | 'render'
    | 'railway'
    | 'cloud-run'
    | 'app-engine'
    | 'alb'
  readonly place: Place
  /** Ends TLS, so that the app sees plain http. Undefined: not decidable. */
  readonly tls: boolean | undefined
  /** Tells the app the scheme by X-Forwarded-Proto. */
  readonly forwardsProto: boolean | undefined
  /** Routes a client to one process: ip_hash, affinity cookie. `by`: who does it, where it is not the proxy. */
  readonly sticky: { readonly how: string; readonly place: Place; readonly by?: string } | undefined
  /** Caches pages; `sessionAware`: the cache's key or bypass looks at the cookie. */
  readonly cache: { readonly place: Place; readonly sessionAware: boolean } | undefined
  /** Keeps connections to the app open for so many seconds. */
  readonly keepAliveSeconds: number | undefined
  /** Sends http to https, or sets HSTS. */
  readonly httpsOnly: boolean | undefined
  /** Where a `proxy_set_header X-Forwarded-Proto` would go. */
  readonly insertAt: Place | undefined
}

export interface TrustFact {
  readonly value: boolean | 'unknown'
  readonly place: Place
  /** `maxIpsCount` is set. */
  readonly limited: boolean
}
