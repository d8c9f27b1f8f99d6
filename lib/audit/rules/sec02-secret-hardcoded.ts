import { isPublishedSecret } from '../../core/known-secrets.js'
import type { SecretFact } from '../facts/secret.js'
import type { Facts } from '../facts.js'
import type { Found, Rule } from '../finding.js'
import type { Topology } from '../topology.js'
import { deliveryEdits } from '../wording/delivery-edits.js'
import {
  bySink,
  howToMakeKey,
  isLive,
  isWritable,
  takeFromEnvironment,
  takenByHand,
  twoKeys,
  whatChangingCosts,
} from '../wording/key-fixes.js'
import { ourVariable } from '../wording/our-variable.js'
import { at } from '../wording/places.js'

const koa = {
  'package.json':
    '{"name":"shop","dependencies":{"koa":"^3.0.0","koa-session":"^7.0.0"},"scripts":{"start":"node app.js"}}',
}
const app = (keys: string) =>
  `const Koa = require('koa')\nconst app = new Koa()\n${keys}\napp.use(require('koa-session')(app))\napp.listen(3000)\n`

const rule: Rule = {
  id: 'SEC02',
  slug: 'secret-hardcoded',
  step: 'secret',
  standards: ['CWE-798', 'CWE-321', 'CWE-1394', 'OWASP ASVS 5.0 13.3.1'],
  text: {
    summary: 'The key that signs session cookies is written into the source.',
    why: 'Everybody who can read the repository, a backup or an image can sign cookies and be any user. It is the same in all workers, so nothing breaks: it is unsafe, not broken.',
    remedy:
      'Take the key from the environment: `app.keys = [process.env.SECRET_KEY]`. Changing it logs all users out once. A strong one that nobody else could read may stay as the second element for one cookie lifetime; one that is short or known to everybody may not.',
    exceptions:
      'Silent for keys that only tests or development use. Text that everybody knows from READMEs is said to be so.',
  },
  find: (facts, topology) =>
    bySink(
      facts.secrets
        .filter(({ kind, value }) => (kind === 'literal' || kind === 'config-file') && value !== undefined)
        .filter(isLive),
    ).map((secrets) => found(secrets, facts, topology)),
  samples: {
    bad: [
      { name: 'the key of the README', files: { ...koa, 'app.js': app("app.keys = ['some secret hurr']") } },
      {
        name: 'from a config module',
        files: {
          ...koa,
          'config.js': "module.exports = { keys: ['kLw93-dd02-zpQ!'] }\n",
          'app.js': app("app.keys = require('./config').keys"),
        },
      },
    ],
    good: [
      {
        name: 'from the environment',
        files: {
          ...koa,
          'app.js': app("if (!process.env.SECRET_KEY) throw new Error('no key')\napp.keys = [process.env.SECRET_KEY]"),
        },
      },
      {
        name: 'for tests only',
        files: {
          ...koa,
          'app.js': app("app.keys = process.env.NODE_ENV === 'test' ? ['test'] : [process.env.SECRET_KEY]"),
        },
      },
    ],
  },
}

export default rule

/** The variable that may take the place of the text already, as config/custom-environment-variables.json lets it. */
function variableFor({ sink: { place } }: SecretFact, facts: Facts): string {
  const same = facts.secrets.filter(({ sink }) => sink.place.file === place.file && sink.place.start === place.start)
  return same.find(({ variable }) => variable !== undefined)?.variable ?? unusedKey(facts) ?? ourVariable
}

/** A key that the platform makes and no code takes, for a session that sharedSession() does not replace. */
function unusedKey({ sessions, secrets, variables }: Facts): string | undefined {
  if (sessions.some(({ port }) => port.edits !== undefined)) return undefined
  const made = variables.filter(
    ({ name, fromSecret }) => fromSecret && /^(APP_|SESSION_|COOKIE_)*(SECRET|KEY)S?(_KEYS?)?$/.test(name),
  )
  return made.find(({ name }) => !secrets.some(({ variable }) => variable === name))?.name
}

function found(secrets: readonly SecretFact[], facts: Facts, topology: Topology): Found {
  const [first, ...others] = secrets as [SecretFact, ...SecretFact[]]
  const values = secrets.flatMap(({ value }) => value ?? [])
  const isKnown = values.some(isPublishedSecret)
  const variable = variableFor(first, facts)
  const inConfig = first.kind === 'config-file'
  return {
    severity: 'error',
    confidence: 'high',
    title: isKnown
      ? 'the key is written into the source, and known to everybody'
      : `the key is written into ${inConfig ? 'a configuration file' : 'the source'}`,
    why: isKnown
      ? 'It stands in READMEs and tutorials, so anybody can sign a cookie and be any user. All workers share it: unsafe, not broken.'
      : 'Whoever reads the repository, a backup or an image can sign a cookie and be any user. All workers share it: unsafe, not broken.',
    do: `${howToMakeKey(variable, facts)}${takenByHand(first, variable, facts)}\n${whatChangingCosts(values, twoKeys({ ...first, variable }))}`,
    at: [
      {
        place: first.place,
        note: first.place.file === first.sink.place.file ? '' : `reaches ${first.sink.name} at ${at(first.sink.place)}`,
      },
      ...others.map(({ place }) => ({ place })),
    ],
    fix: isWritable(first)
      ? {
          grade: 'review',
          edits: [...takeFromEnvironment(first.sink, variable), ...deliveryEdits(facts, topology, variable)],
        }
      : { grade: 'manual', edits: [] },
  }
}
