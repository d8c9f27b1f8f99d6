import type { ProxyFact } from '../../facts/proxy.js'
import { entriesOf, entryAt, numberOf, textAt, valueAt } from '../../files/tree.js'
import { whenOfFile } from './file-names.js'
import type { Manifest } from './kubernetes-manifest.js'
import type { Piece, Reading } from './reading.js'

const plainProxy: Omit<ProxyFact, 'kind' | 'place'> = {
  tls: undefined,
  forwardsProto: undefined,
  sticky: undefined,
  cache: undefined,
  keepAliveSeconds: undefined,
  httpsOnly: undefined,
  insertAt: undefined,
}

/** An ingress ends TLS where it says so, and tells the app the scheme. */
export function ingressProxies(reading: Reading, { file, tree, kind }: Manifest): Piece {
  const annotations = entriesOf(valueAt(tree, 'metadata', 'annotations'))
  const affinity = annotations.find(
    ({ key, value }) =>
      /affinity$|sticky|session-cookie-name$/.test(key) && value.kind === 'scalar' && value.value !== false,
  )
  const https = annotations.some(({ key }) => /cert-manager\.io|certificate-arn|managed-certificates/.test(key))
  const tls = entryAt(tree, 'spec', 'tls') !== undefined || https
  const redirects = annotations.find(({ key }) => /ssl-redirect$/.test(key))
  const alb = annotations.some(({ key }) => key.startsWith('alb.ingress.kubernetes.io'))
  const place = reading.place(file, entryAt(tree, 'kind') ?? tree)
  return {
    proxies: [
      {
        ...plainProxy,
        kind: alb ? 'alb' : kind === 'IngressRoute' ? 'traefik' : 'ingress',
        place,
        tls: tls || undefined,
        forwardsProto: true,
        sticky: affinity && { how: affinity.key, place: reading.place(file, affinity) },
        keepAliveSeconds: alb ? 60 : undefined,
        httpsOnly:
          tls && !(redirects && redirects.value.kind === 'scalar' && String(redirects.value.value) === 'false')
            ? true
            : undefined,
      },
    ],
  }
}

/** `sessionAffinity: ClientIP` sends a client to one pod. */
export function serviceStickiness(reading: Reading, { file, tree }: Manifest): Piece {
  const entry = entryAt(tree, 'spec', 'sessionAffinity')
  if (!entry || textAt(tree, 'spec', 'sessionAffinity') !== 'ClientIP') return {}
  const place = reading.place(file, entry)
  const sticky = { how: 'sessionAffinity: ClientIP', place, by: 'the Service' }
  return { proxies: [{ ...plainProxy, kind: 'ingress', place, sticky }] }
}

/** An autoscaler decides over `replicas`. */
export function scalerFacts(reading: Reading, { file, tree, name }: Manifest): Piece {
  const [low, high] = [entryAt(tree, 'spec', 'minReplicas'), entryAt(tree, 'spec', 'maxReplicas')]
  const max = numberOf(high?.value)
  const min = numberOf(low?.value) ?? 1
  const when = whenOfFile(file)
  if (!high || max === undefined || when === 'development' || when === 'test') return {}
  const place = reading.place(file, low ?? high)
  const said = `autoscaler ${name}: ${min} to ${max} replicas`
  return {
    hosts: [{ min, max, kind: 'k8s', place, said, ephemeralDisk: true }],
    processes: [{ kind: 'k8s', count: min, variable: undefined, place, when, script: undefined, said }],
  }
}
