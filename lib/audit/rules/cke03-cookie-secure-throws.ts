import { refusedCookies } from '../failing-logins.js'
import type { Rule } from '../finding.js'
import { at } from '../wording/places.js'
import { koaApp } from '../wording/samples.js'

const rule: Rule = {
  id: 'CKE03',
  slug: 'cookie-secure-throws',
  step: 'cookie',
  standards: [],
  text: {
    summary: 'The cookie is Secure, and the app does not believe the proxy that ended TLS.',
    why: 'Koa throws "Cannot send secure cookie over unencrypted connection" at the first login; express-session leaves the cookie out without a word.',
    remedy: '`app.proxy = true` (PRX01), where the proxy sets X-Forwarded-Proto.',
    exceptions: 'Silent where the app itself serves https, and where nothing tells of a proxy.',
  },
  find: (facts) => {
    const refused = refusedCookies(facts)
    if (refused === undefined) return []
    const { proxy: tls, sessions } = refused
    return sessions.flatMap(({ cookie: { secure }, library }) =>
      secure === undefined
        ? []
        : [
            {
              severity: 'error',
              confidence: 'high',
              title: 'a Secure cookie cannot be set: the app does not know of https',
              why: `${tls.kind} ends TLS (${at(tls.place)}) and app.proxy is not set, so every login ${library.startsWith('express') ? 'is forgotten at once' : 'answers 500'}.`,
              do: 'Trust the proxy first: app.proxy = true, see PRX01.',
              at: [{ place: secure.place }],
              fix: { grade: 'manual', edits: [] },
            },
          ],
    )
  },
  samples: {
    bad: [
      {
        name: 'behind nginx',
        files: {
          ...koaApp('app.use(session({ secure: true }, app))'),
          'nginx.conf': 'server {\n  listen 443 ssl;\n  location / {\n    proxy_pass http://127.0.0.1:3000;\n  }\n}\n',
        },
      },
    ],
    good: [
      {
        name: 'the proxy is trusted',
        files: {
          ...koaApp('app.proxy = true\napp.use(session({ secure: true }, app))'),
          'nginx.conf': 'server {\n  listen 443 ssl;\n  location / {\n    proxy_pass http://127.0.0.1:3000;\n  }\n}\n',
        },
      },
    ],
  },
}

export default rule
