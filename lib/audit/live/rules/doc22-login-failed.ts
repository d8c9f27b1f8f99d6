import type { LiveRule } from '../live-rule.js'

const rule: LiveRule = {
  id: 'DOC22',
  slug: 'login-failed',
  step: 'proof',
  standards: [],
  text: {
    summary: 'Doctor could not log in.',
    why: 'Without a login nothing can be said about what becomes of it.',
    remedy:
      'Look at what the app answered; give `--login` as the form of the app sends it, or `--cookie` of a browser that is logged in.',
    exceptions: 'A login that needs a token of its form (CSRF) cannot be made here: use `--cookie`.',
  },
  find: ({ visit }) =>
    !visit?.login || visit.login.said === null
      ? []
      : [
          {
            severity: 'error',
            title: `the login failed: ${visit.login.said}`,
            why: `${visit.login.request} at ${visit.url} gave no cookies to go on with.`,
            do: "Give --login as the form of the app sends it: --login 'POST /login user=ada&password=…'. Where a token or a second factor is needed, copy the cookies of a browser that is logged in: --cookie @cookies.txt",
          },
        ],
  samples: {
    bad: [
      {
        name: 'a wrong password',
        live: {
          visit: {
            login: { request: 'POST /login', status: 401, said: 'it was answered 401' },
            cookies: [],
            uncached: null,
            asked: 0,
            answered: 0,
            loggedIn: null,
            workers: null,
            latency: null,
          },
        },
      },
    ],
    good: [
      { name: 'logged in', live: {} },
      { name: 'cookies were given', live: { visit: { login: null } } },
    ],
  },
}

export default rule
