import { keyWeakness } from '../../core/key-strength.js'
import { isPublishedSecret } from '../../core/known-secrets.js'
import type { PythonSetting } from '../facts/python.js'
import type { Facts } from '../facts.js'
import type { Found, Rule } from '../finding.js'
import type { Topology } from '../topology.js'
import { howToMakeKey } from '../wording/key-fixes.js'
import { ourVariable } from '../wording/our-variable.js'
import { inProcesses, manual } from '../wording/processes.js'
import { flaskApp, isTestFile } from '../wording/python-commands.js'

const rule: Rule = {
  id: 'PYX03',
  slug: 'flask-secret',
  step: 'secret',
  standards: ['CWE-798', 'CWE-1188', 'OWASP ASVS 5.0 13.3.1'],
  text: {
    summary: 'The SECRET_KEY of the Flask app is written down, has a default, or is made at random.',
    why: 'Flask signs its session cookies with it. A written or default key lets anybody be any user, and moves over to the new app with the configuration; a random one is another in every worker.',
    remedy: 'Take it from the environment alone, under the same name: `SECRET_KEY` is what the new app reads too.',
    exceptions: 'Settings of tests and development are not judged.',
  },
  find: (facts, topology) =>
    (facts.python?.settings ?? [])
      .filter((setting) => /^secret_key$/i.test(setting.name) && !isTestFile(setting))
      .flatMap((setting) => found(setting, facts, topology)),
  samples: {
    bad: [
      { name: 'written', files: flaskApp("app.secret_key = 'dev'") },
      { name: 'a default', files: flaskApp('app.config["SECRET_KEY"] = os.environ.get("SECRET_KEY") or "dev"') },
      { name: 'at random', files: flaskApp('app.config["SECRET_KEY"] = os.urandom(32)') },
    ],
    good: [
      { name: 'from the environment', files: flaskApp("app.config['SECRET_KEY'] = os.environ['SECRET_KEY']") },
      {
        name: 'for tests',
        files: flaskApp("app.secret_key = os.environ['SECRET_KEY']", {
          'config/testing.py': "from flask import Flask\nSECRET_KEY = 'test'\n",
        }),
      },
    ],
  },
}

export default rule

const after =
  'Flask signs cookies in a way of its own (itsdangerous), so no Flask session can be read by the new app: all users log in once.'

function found(setting: PythonSetting, facts: Facts, topology: Topology): Found[] {
  const { value, fallback, variable, place, random } = setting
  if (random !== undefined) return [atRandom(setting, facts, topology)]
  const written = fallback ?? value
  if (written === undefined || /^(None|True|False|\d*)$/.test(written)) return []
  const weakness = keyWeakness(written)
  const known = isPublishedSecret(written)
  return [
    {
      severity: 'error',
      confidence: 'high',
      title:
        fallback === undefined
          ? 'the Flask key is written into the source'
          : `the Flask key has a default, for when ${variable} is unset`,
      why: `${known ? 'Everybody knows that text' : 'Whoever reads the repository knows it'}, so anybody can sign a session and be any user${fallback === undefined ? '' : ` of each process that starts without ${variable}`}.${weakness && !known ? ` The key ${weakness.split(':')[0]}.` : ''}`,
      do: `${howToMakeKey(variable ?? ourVariable, facts)}\nRead it from the environment only, and stop at the start where it is unset. The new app reads ${variable ?? ourVariable} as well.\n${after}`,
      at: [{ place }],
      fix: manual,
    },
  ]
}

function atRandom({ place, variable }: PythonSetting, facts: Facts, topology: Topology): Found {
  const unset = variable === undefined ? '' : `where ${variable} is unset, `
  return {
    severity: 'error',
    confidence: variable === undefined ? 'high' : 'medium',
    title: `${unset}the Flask key is made at random at each start`,
    why: `Every restart logs all users out, and in ${inProcesses(topology)} each has a key of its own: one signs what the others refuse.`,
    do: `${howToMakeKey(variable ?? ourVariable, facts)}\nTake it from there, so that the start fails where it is unset: os.environ["${variable ?? ourVariable}"]\n${after}`,
    at: [{ place }],
    fix: manual,
  }
}
