import type { LiveRule } from '../live-rule.js'

const rule: LiveRule = {
  id: 'DOC01',
  slug: 'configuration-refused',
  step: 'store',
  standards: [],
  text: {
    summary: 'With this environment `sharedSession()` refuses to start.',
    why: 'A setting that cannot be kept stops the boot, so that nobody runs with something else than was meant. Every worker would end at its start.',
    remedy: 'Mend the variable that the message names.',
    exceptions: 'Settings in the code of the app are not seen: they win over the environment.',
  },
  find: ({ configuration: { refused } }) =>
    refused === null
      ? []
      : [
          {
            severity: 'error',
            title: `the app does not start: ${refused.code}`,
            why: refused.message,
            do: 'Mend the variable that is named, then run doctor again. docs/options.md lists every variable, its unit and its default.',
            stops: true,
          },
        ],
  samples: {
    bad: [
      {
        name: 'a unit in a number',
        live: {
          configuration: {
            refused: {
              code: 'SESSION_OPTION_INVALID',
              message: 'PERMANENT_SESSION_LIFETIME must be a whole number of seconds from 1 to 3153600000.',
            },
          },
        },
      },
    ],
    good: [{ name: 'all can be kept', live: {} }],
  },
}

export default rule
