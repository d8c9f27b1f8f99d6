import { isProduction, type LiveRule } from '../live-rule.js'

const rule: LiveRule = {
  id: 'DOC04',
  slug: 'node-env-not-production',
  step: 'processes',
  standards: [],
  text: {
    summary: 'NODE_ENV is not production here.',
    why: 'Outside production the cookie is sent without Secure, weak keys are let through, and a key is made where none is set. Doctor judged what such an app would do.',
    remedy:
      'Run doctor in the environment of the app: `NODE_ENV=production npx koa-shared-session doctor`, or name its file by `--settings`.',
    exceptions: `A note only: a developer's machine is no production.`,
  },
  find: (live) =>
    isProduction(live)
      ? []
      : [
          {
            severity: 'note',
            title: `NODE_ENV is ${live.configuration.nodeEnv === null ? 'not set' : JSON.stringify(live.configuration.nodeEnv)}, not production`,
            why: 'Outside production the cookie is not Secure, weak keys are let through, and a missing one is made up. What is said here holds for such a start.',
            do: 'For the app in production, look with its environment:\n  NODE_ENV=production npx koa-shared-session doctor --settings .env',
            variables: ['NODE_ENV'],
          },
        ],
  samples: {
    bad: [{ name: 'not set', live: { configuration: { nodeEnv: null } } }],
    good: [{ name: 'production', live: {} }],
  },
}

export default rule
