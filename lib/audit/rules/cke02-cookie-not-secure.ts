import type { SessionFact } from '../facts/session.js'
import type { Facts } from '../facts.js'
import type { Found, Rule } from '../finding.js'
import { at } from '../wording/places.js'
import { koaApp } from '../wording/samples.js'

const rule: Rule = {
  id: 'CKE02',
  slug: 'cookie-not-secure',
  step: 'cookie',
  standards: ['CWE-614', 'OWASP ASVS 5.0 3.3.1'],
  text: {
    summary: 'The site is served by https, and the session cookie goes over http too.',
    why: 'One request by http, even to an address that only redirects, shows the cookie to everybody on the way. Koa sets Secure by itself only where it knows that the request came by https; behind a proxy it does not, unless app.proxy is true.',
    remedy: "`secure: process.env.NODE_ENV === 'production'` together with `app.proxy = true`.",
    exceptions: 'Silent where no file says that the site has https, and where the option is an expression.',
  },
  find: (facts) => {
    const tls = facts.proxies.find((proxy) => proxy.tls === true)
    if (tls === undefined) return []
    return facts.sessions
      .filter((session) => isPlain(session, facts))
      .map((session) => found(session, tls.kind, at(tls.place)))
  },
  samples: {
    bad: [
      {
        name: 'behind nginx with TLS',
        files: {
          ...koaApp('app.use(session({ secure: false }, app))'),
          'nginx.conf':
            'server {\n  listen 443 ssl;\n  location / {\n    proxy_set_header X-Forwarded-Proto $scheme;\n    proxy_pass http://127.0.0.1:3000;\n  }\n}\n',
        },
      },
    ],
    good: [{ name: 'no TLS anywhere', files: koaApp('app.use(session({}, app))') }],
  },
}

export default rule

function isPlain({ cookie, library }: SessionFact, { trust }: Facts): boolean {
  if (library === 'koa-shared-session') return false
  if (cookie.secure !== undefined)
    return cookie.secure.value === false && (cookie.secure.when === 'any' || cookie.secure.when === 'production')
  return !trust.some(({ value }) => value !== false)
}

function found({ cookie, place }: SessionFact, proxy: string, where: string): Found {
  const { secure } = cookie
  return {
    severity: 'warning',
    confidence: 'high',
    title: 'the session cookie is not Secure, though the site has https',
    why: `${proxy} ends TLS (${where}), so the app sees plain http${secure === undefined ? ' and sets the cookie without Secure' : ', and secure is false'}: one request by http shows the session.`,
    do: "Set secure: process.env.NODE_ENV === 'production' and app.proxy = true. sharedSession() does it by itself.",
    at: [{ place: secure?.place ?? place }],
    fix:
      secure === undefined
        ? { grade: 'manual', edits: [] }
        : {
            grade: 'review',
            edits: [
              {
                file: secure.place.file,
                start: secure.place.start,
                end: secure.place.end,
                text: "secure: process.env.NODE_ENV === 'production'",
              },
            ],
          },
  }
}
