import { isProduction, type LiveFound, type LiveRule } from '../live-rule.js'

const rule: LiveRule = {
  id: 'DOC02',
  slug: 'secret-key-not-set',
  step: 'secret',
  standards: ['CWE-330'],
  text: {
    summary: 'The environment has no secret key.',
    why: 'In production the app does not start without one. Elsewhere a key is made and kept in the session directory of one machine, so that another machine has another one.',
    remedy: 'Make one with `npx koa-shared-session secret --env` and set it for all processes.',
    exceptions: 'Silent for apps whose keys are set in code.',
  },
  find: (live) => {
    const { ours, keys, keyVariables, refused } = live.configuration
    const [variable] = keyVariables ?? ['SECRET_KEY']
    if (!ours || keys.length > 0 || variable === undefined || refused !== null) return []
    if (keyVariables !== null) return [ofTheCode(variable)]
    return [isProduction(live) ? inProduction : elsewhere]
  },
  samples: {
    bad: [
      { name: 'none in production', live: { configuration: { keys: [] } } },
      {
        name: 'none in the variable that the code takes it from',
        live: { configuration: { keys: [], keyVariables: ['SHOP_KEY'] } },
      },
      { name: 'none in development', live: { configuration: { keys: [], nodeEnv: null } } },
    ],
    good: [
      { name: 'one is set', live: {} },
      { name: 'one that the code has from elsewhere', live: { configuration: { keys: [], keyVariables: [] } } },
      { name: 'an app with its own keys', live: { configuration: { ours: false, keys: [] } } },
    ],
  },
}

export default rule

const make = (variable: string) =>
  `Make one, set it in the environment of every process, and hand it to doctor the same way:\n  npx koa-shared-session secret --env${variable === 'SECRET_KEY' ? '' : ` ${variable}`} >> .env`

const ofTheCode = (variable: string): LiveFound => ({
  severity: 'error',
  title: `${variable} is not set`,
  why: 'The code takes its key from there, and the app does not start without one.',
  do: make(variable),
  stops: true,
})

const inProduction: LiveFound = {
  ...ofTheCode('SECRET_KEY'),
  why: 'NODE_ENV is production, where the app does not start without a key that all processes share.',
}

const elsewhere: LiveFound = {
  severity: 'warning',
  title: 'SECRET_KEY is not set, so a development key is used',
  why: 'It is made on this machine and kept in the session directory. Production does not start without one.',
  do: make('SECRET_KEY'),
}
