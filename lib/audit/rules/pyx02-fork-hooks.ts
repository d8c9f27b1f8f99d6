import type { PythonSetting } from '../facts/python.js'
import type { Facts } from '../facts.js'
import type { Found, Located, Rule } from '../finding.js'
import { listed } from '../wording/places.js'
import { manual } from '../wording/processes.js'
import { flaskApp, isTestFile } from '../wording/python-commands.js'

const key = "app.secret_key = os.environ['SECRET_KEY']"

const rule: Rule = {
  id: 'PYX02',
  slug: 'fork-hooks',
  step: 'processes',
  standards: [],
  text: {
    summary: 'The app counts on what Gunicorn does before or after it forks.',
    why: 'Node has no preload: each worker runs the program from its first line. What Gunicorn did once before the fork, such as a key made at random or a migration, would happen in every worker.',
    remedy:
      'Key: from the environment. Migrations: a step of their own before the start. Connections: opened by each worker, which needs no hook.',
    exceptions: 'Hooks of test files are not read.',
  },
  find: (facts) => {
    const hooks = facts.python?.hooks ?? []
    const random = hooks.length > 0 || preloads(facts) ? randomKeys(facts) : []
    const at = [
      ...hooks.map(({ place, name }) => ({ place, note: name })),
      ...random.map(({ place }) => ({ place, note: 'made at random' })),
    ]
    const [first, ...others] = at
    return first ? [found(facts, [first, ...others], random.length > 0)] : []
  },
  samples: {
    bad: [
      {
        name: 'preload_app',
        files: flaskApp(key, {
          'gunicorn.conf.py': 'workers = 4\npreload_app = True\n\ndef post_fork(server, worker):\n    pass\n',
          Procfile: 'web: gunicorn app:app\n',
        }),
      },
      {
        name: 'a random key',
        files: flaskApp('app.secret_key = os.urandom(24)', { Procfile: 'web: gunicorn app:app --preload\n' }),
      },
    ],
    good: [
      {
        name: 'no hooks',
        files: flaskApp(key, {
          'gunicorn.conf.py': 'workers = 4\npreload_app = False\n',
          Procfile: 'web: gunicorn app:app\n',
        }),
      },
    ],
  },
}

export default rule

/** `gunicorn --preload`. */
const preloads = ({ commands }: Facts) => commands.some(({ args }) => args.includes('--preload'))

export function randomKeys({ python }: Facts): readonly PythonSetting[] {
  return (python?.settings ?? []).filter(
    (setting) => /^secret_key$/i.test(setting.name) && setting.random !== undefined && !isTestFile(setting),
  )
}

function found({ python }: Facts, at: readonly [Located, ...Located[]], random: boolean): Found {
  const names = [...new Set((python?.hooks ?? []).map(({ name }) => name))]
  const preload = names.includes('preload_app')
  const what = names.length > 0 ? listed(names) : 'a key made at random'
  return {
    severity: 'warning',
    confidence: 'high',
    title: `${what}: Node has nothing like it`,
    why: `There is no preload in Node: everything at module level runs in every worker.${random ? ` A key made at random is another one in each${preload ? '; preload only hid that' : ''}.` : ''}`,
    do: [
      'Key: npx koa-shared-session secret --env >> .env, and read it from the environment.',
      ...(names.some((name) => name.endsWith('upgrade'))
        ? ['Migrations: once, before the start, as a release step or an init container.']
        : []),
      'Connections to databases and Redis: open them in the app; each worker has its own.',
    ].join('\n'),
    at,
    fix: manual,
  }
}
