import { isProduction, type LiveRule } from '../live-rule.js'

const rule: LiveRule = {
  id: 'DOC03',
  slug: 'secret-key-weak',
  step: 'secret',
  standards: ['CWE-331', 'CWE-1391', 'OWASP ASVS 5.0 7.2.3'],
  text: {
    summary: 'A secret key of the environment can be guessed.',
    why: 'Whoever guesses the key signs cookies and is any user. Keys below 32 bytes, with few different characters, or known from READMEs can be guessed from one cookie, offline. Older keys count too: cookies signed by them are accepted.',
    remedy:
      'Make one with `npx koa-shared-session secret`: 32 random bytes. `--rotate FILE` keeps the old one for a while, unless it is weak.',
    exceptions: 'Only the environment that doctor was given is looked at; SEC03 looks at files.',
  },
  find: (live) =>
    live.configuration.keys.flatMap(({ variable, weakness }) =>
      weakness === null
        ? []
        : [
            {
              severity: isProduction(live) ? 'error' : 'warning',
              title: `the key in ${variable} ${weakness.split(':')[0]}`,
              why: `The key ${weakness}. Whoever guesses it signs cookies and is any user.${live.configuration.ours ? ' Production does not start with it.' : ''}`,
              do: `Make a strong one and set it in the environment of every process:\n  npx koa-shared-session secret --env ${variable === 'SECRET_KEY_FALLBACKS' ? 'SECRET_KEY' : variable}`,
              variables: [variable],
              ...(isProduction(live) && live.configuration.ours && { stops: true }),
            },
          ],
    ),
  samples: {
    bad: [
      {
        name: 'a short one',
        live: {
          configuration: {
            keys: [
              {
                variable: 'SECRET_KEY',
                bytes: 7,
                weakness: 'is 7 bytes long; at least 32 are needed to resist guessing',
              },
            ],
          },
        },
      },
    ],
    good: [{ name: '43 random characters', live: {} }],
  },
}

export default rule
