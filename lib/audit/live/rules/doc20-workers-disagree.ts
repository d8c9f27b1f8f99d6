import type { LiveFacts } from '../live-facts.js'
import type { LiveFound, LiveRule } from '../live-rule.js'

const rule: LiveRule = {
  id: 'DOC20',
  slug: 'workers-disagree',
  step: 'processes',
  standards: [],
  text: {
    summary: 'Running processes of this app have different keys, or keep their sessions in different places.',
    why: 'Each rejects the sessions of the other, so users are logged in and out at random.',
    remedy: 'Give all of them the same `SECRET_KEY`, `SECRET_KEY_FALLBACKS`, store and prefix, and restart them.',
    exceptions:
      'Processes are known by fingerprints that they leave in the store; those that serve other hosts are not compared. An app that was just started may not be entered yet.',
  },
  find: ({ fleet }) =>
    fleet === null ? [] : [...fleet.differences.map((difference) => found[difference]), ...otherKeys(fleet)],
  samples: {
    bad: [
      { name: 'two keys', live: { fleet: { groups: 2, differences: ['keys'] } } },
      { name: 'other keys than here', live: { fleet: { sameKeys: false } } },
    ],
    good: [
      { name: 'alike', live: {} },
      { name: 'nobody runs', live: { fleet: null } },
    ],
  },
}

export default rule

const consequence = 'Each rejects the sessions of the other: users are logged in and out at random.'

const found = {
  keys: {
    severity: 'error',
    title: 'running processes have different secret keys',
    why: consequence,
    do: 'Set the same SECRET_KEY and SECRET_KEY_FALLBACKS for all of them, and restart.',
    variables: ['SECRET_KEY'],
    stops: true,
  },
  place: {
    severity: 'error',
    title: 'running processes keep their sessions in different places',
    why: consequence,
    do: 'Set the same SESSION_STORE, REDIS_URL, SESSION_KEY_PREFIX and SESSION_FILE_DIR for all of them, and restart.',
    variables: ['REDIS_URL', 'SESSION_FILE_DIR'],
    stops: true,
  },
  rotation: {
    severity: 'warning',
    title: 'running processes sign with different keys',
    why: 'While a new key is rolled out that passes. Otherwise one of them does not know the key of the other yet.',
    do: 'Add the new key to SECRET_KEY_FALLBACKS everywhere first, then make it SECRET_KEY.',
    variables: ['SECRET_KEY'],
  },
} as const satisfies Record<string, LiveFound>

function otherKeys({ sameKeys }: NonNullable<LiveFacts['fleet']>): LiveFound[] {
  if (sameKeys !== false) return []
  return [
    {
      severity: 'note',
      title: 'the running app has other keys than this environment',
      why: 'Doctor judged the keys that it was given, and the processes that run were started with others.',
      do: 'Hand doctor the environment of the app (--settings), or restart the app with this one.',
      variables: ['SECRET_KEY'],
    },
  ]
}
