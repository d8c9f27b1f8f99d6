import type { LiveCookie, LiveFacts } from '../live-facts.js'
import { isProduction, type LiveFound, type LiveRule } from '../live-rule.js'

const rule: LiveRule = {
  id: 'DOC23',
  slug: 'cookie-as-sent',
  step: 'cookie',
  standards: ['CWE-1004', 'CWE-614', 'CWE-1275', 'OWASP ASVS 5.0 3.3.4'],
  text: {
    summary: 'The session cookie is sent with attributes that let others read or use it.',
    why: 'Without HttpOnly scripts read it, without Secure everybody on the way, without SameSite other sites use it. A name that begins with `__Host-` promises Secure, the path / and no domain: browsers drop a cookie that does not keep it.',
    remedy: 'Set the attributes; `sharedSession()` does by itself.',
    exceptions: 'Secure is not asked for where the app was visited over http outside production.',
  },
  find: (live) => (live.visit?.cookies ?? []).filter(({ session }) => session).flatMap((cookie) => judge(cookie, live)),
  samples: {
    bad: [
      {
        name: 'readable by scripts',
        live: {
          visit: {
            cookies: [
              { name: 'sid', session: true, httpOnly: false, secure: true, sameSite: 'lax', path: '/', domain: null },
            ],
          },
        },
      },
      {
        name: 'a broken promise',
        live: {
          visit: {
            cookies: [
              {
                name: '__Host-session',
                session: true,
                httpOnly: true,
                secure: true,
                sameSite: 'lax',
                path: '/',
                domain: 'shop.example',
              },
            ],
          },
        },
      },
    ],
    good: [
      { name: 'as sharedSession() sends it', live: {} },
      {
        name: 'a cookie for scripts',
        live: {
          visit: {
            cookies: [
              {
                name: 'XSRF-TOKEN',
                session: false,
                httpOnly: false,
                secure: true,
                sameSite: 'lax',
                path: '/',
                domain: null,
              },
            ],
          },
        },
      },
    ],
  },
}

export default rule

function judge(cookie: LiveCookie, live: LiveFacts): LiveFound[] {
  const { name, httpOnly, secure, sameSite } = cookie
  const isEncrypted = live.visit?.url.startsWith('https:') ?? false
  const found = (severity: LiveFound['severity'], what: string, why: string, attribute: string): LiveFound => ({
    severity,
    title: `the cookie ${name} ${what}`,
    why,
    do: `Set ${attribute} for the session cookie; sharedSession() does by itself.`,
  })
  return [
    ...(httpOnly
      ? []
      : [
          found(
            'error',
            'is sent without HttpOnly',
            'Every script in the page can read it, and one hole is enough to take the session.',
            'httpOnly: true',
          ),
        ]),
    ...(secure || !(isEncrypted || isProduction(live))
      ? []
      : [
          found(
            'warning',
            'is sent without Secure',
            'Browsers send it over plain http too, where everybody on the way can read it.',
            'secure: true',
          ),
        ]),
    ...(sameSite === null
      ? [
          found(
            'warning',
            'is sent without SameSite',
            'Other sites can make the browser use it; what a browser does by default differs.',
            "sameSite: 'lax'",
          ),
        ]
      : []),
    ...broken(cookie).map((why) => found('error', 'is dropped by browsers', why, 'what the name promises')),
  ]
}

/** RFC 6265bis section 4.1.3. */
function broken({ name, secure, path, domain, sameSite }: LiveCookie): string[] {
  if (/^__(host|secure)-/i.test(name) && !secure) return ['Its name promises Secure, and it comes without.']
  if (/^__host-/i.test(name) && (path !== '/' || domain !== null))
    return ['Its name promises the path / and no domain, and it comes with others.']
  if (sameSite === 'none' && !secure) return ['SameSite=None needs Secure.']
  return []
}
