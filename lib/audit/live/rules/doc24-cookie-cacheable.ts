import type { LiveRule } from '../live-rule.js'

const rule: LiveRule = {
  id: 'DOC24',
  slug: 'cookie-cacheable',
  step: 'cookie',
  standards: ['CWE-525', 'OWASP ASVS 5.0 14.3.2'],
  text: {
    summary: 'The answer that sets the session cookie may be kept by caches.',
    why: 'A shared cache that keeps it hands the session of one user to the next.',
    remedy: 'Send `Cache-Control: no-store` with it; `sharedSession()` does by itself.',
    exceptions: '`private` and `no-cache` are accepted.',
  },
  find: ({ visit }) =>
    visit?.uncached !== false
      ? []
      : [
          {
            severity: 'warning',
            title: 'the answer with the session cookie may be cached',
            why: 'It comes without Cache-Control: no-store, so a proxy may keep it and hand the session of one user to the next.',
            do: "Send the header with every answer that sets a cookie: ctx.set('Cache-Control', 'no-store'). sharedSession() does by itself.",
          },
        ],
  samples: {
    bad: [{ name: 'no header', live: { visit: { uncached: false } } }],
    good: [{ name: 'no-store', live: {} }],
  },
}

export default rule
