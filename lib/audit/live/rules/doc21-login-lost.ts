import type { LiveRule } from '../live-rule.js'

const rule: LiveRule = {
  id: 'DOC21',
  slug: 'login-lost',
  step: 'proof',
  standards: [],
  text: {
    summary: 'The running app forgets a login on some requests.',
    why: 'Doctor logged in once and asked again on new connections, each time with the same cookies. Requests that were answered as to a stranger reached a process that does not know the login: users see themselves logged out at random.',
    remedy: 'Let all processes share key and store: `npx koa-shared-session migrate` says how for this app.',
    exceptions:
      'Told by the text of `--expect`, else by how the answers differ from those to a visitor without cookies.',
  },
  find: ({ visit }) => {
    if (visit === null || visit.loggedIn === null || visit.loggedIn === visit.asked) return []
    const { loggedIn, asked, answered, workers, toldBy } = visit
    const by = workers === null ? '' : `, answered by ${workers.count} worker${workers.count === 1 ? '' : 's'}`
    return [
      {
        severity: 'error',
        confidence: toldBy === 'difference' ? 'medium' : 'high',
        title: `logged in on ${loggedIn} of ${asked} requests${by}`,
        why: `${visit.login ? 'One login' : 'The cookies that were given'}, then ${asked} requests on new connections with the same cookies: ${reason(loggedIn, asked, answered)}`,
        do: 'Let all processes share one key and one store. What that takes in this app:\n  npx koa-shared-session migrate',
        stops: true,
      },
    ]
  },
  samples: {
    bad: [{ name: '4 workers with a memory each', live: { visit: { loggedIn: 25 } } }],
    good: [
      { name: 'every time', live: {} },
      { name: 'cannot be told', live: { visit: { loggedIn: null } } },
    ],
  },
}

export default rule

function reason(loggedIn: number, asked: number, answered: number): string {
  if (answered < asked) return `${asked - answered} were not answered, or with an error.`
  if (loggedIn === 0) return 'none of them knew the login.'
  return `${asked - loggedIn} reached a process that does not know the login.`
}
