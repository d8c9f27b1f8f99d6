import type { ProxyFact } from '../facts/proxy.js'
import type { Found, Rule } from '../finding.js'
import { manual } from '../wording/processes.js'
import { forwardsProto, nginx } from '../wording/proxy-samples.js'
import { koaApp } from '../wording/samples.js'

const trusting = 'app.proxy = true\napp.use(session(app))'
const secure = nginx(forwardsProto)

const rule: Rule = {
  id: 'PRX04',
  slug: 'https-optional',
  step: 'cookie',
  standards: ['CWE-319', 'OWASP ASVS 5.0 3.4.1'],
  text: {
    summary: 'The proxy serves the app by https, and by plain http too.',
    why: 'A Secure cookie is not sent by http, so who comes by http is never logged in; a cookie that is not Secure can be read on the way.',
    remedy: 'Send http to https at the proxy, and set Strict-Transport-Security there.',
    exceptions: 'Silent where the proxy speaks http only: something before it may end TLS.',
  },
  find: ({ proxies }) => {
    const tls = proxies.find((proxy) => proxy.tls === true)
    const open = proxies.find((proxy) => proxy.httpsOnly === false && proxy.kind === tls?.kind)
    return tls && open ? [found(open)] : []
  },
  samples: {
    bad: [
      {
        name: 'nginx passes both on',
        files: { ...koaApp(trusting), 'nginx.conf': secure + nginx(forwardsProto, 'listen 80;') },
      },
    ],
    good: [
      {
        name: 'http is sent to https',
        files: {
          ...koaApp(trusting),
          'nginx.conf': `${secure}server {\n  listen 80;\n  return 301 https://$host$request_uri;\n}\n`,
        },
      },
      { name: 'http only', files: { ...koaApp(trusting), 'nginx.conf': nginx(forwardsProto, 'listen 80;') } },
    ],
  },
}

export default rule

const howTo: Partial<Record<ProxyFact['kind'], string>> = {
  nginx:
    'server { listen 80; return 301 https://$host$request_uri; }\nadd_header Strict-Transport-Security "max-age=31536000" always;',
  fly: 'force_https = true',
  haproxy: 'http-request redirect scheme https unless { ssl_fc }',
  apache: 'Redirect permanent / https://…/',
}

function found({ kind, place }: ProxyFact): Found {
  return {
    severity: 'note',
    confidence: 'medium',
    title: `${kind} serves the app by plain http too`,
    why: 'A Secure session cookie does not travel by http: who comes that way is never logged in. Without Secure anybody on the way can read it.',
    do: `Send http to https:\n${howTo[kind] ?? 'a permanent redirect, and Strict-Transport-Security'}`,
    at: [{ place }],
    fix: manual,
  }
}
