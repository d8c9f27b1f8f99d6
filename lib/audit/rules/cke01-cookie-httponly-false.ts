import type { Rule } from '../finding.js'
import { koaApp } from '../wording/samples.js'

const rule: Rule = {
  id: 'CKE01',
  slug: 'cookie-httponly-false',
  step: 'cookie',
  standards: ['CWE-1004', 'OWASP ASVS 5.0 3.3.4'],
  text: {
    summary: 'The session cookie can be read by scripts of the page.',
    why: 'One injected script is enough to take the session of everybody who opens the page.',
    remedy: 'Delete the option: the cookie is HttpOnly by default.',
    exceptions: 'A missing option is fine, since all these libraries set HttpOnly by default.',
  },
  find: ({ sessions }) =>
    sessions.flatMap(({ cookie: { httpOnly } }) =>
      httpOnly === undefined || httpOnly.value !== false || httpOnly.when === 'development' || httpOnly.when === 'test'
        ? []
        : [
            {
              severity: 'error',
              confidence: 'high',
              title: 'scripts can read the session cookie',
              why: 'httpOnly is false: one injected script takes the session of everybody who opens the page.',
              do: 'Let the cookie be HttpOnly.',
              at: [{ place: httpOnly.place }],
              fix: {
                grade: 'safe',
                edits: [
                  {
                    file: httpOnly.place.file,
                    start: httpOnly.place.start,
                    end: httpOnly.place.end,
                    text: 'httpOnly: true',
                  },
                ],
              },
            },
          ],
    ),
  samples: {
    bad: [{ name: 'httpOnly: false', files: koaApp('app.use(session({ httpOnly: false }, app))') }],
    good: [{ name: 'not set', files: koaApp('app.use(session({}, app))') }],
  },
}

export default rule
