import { isPublishedSecret } from '../../core/known-secrets.js'
import type { SecretFact } from '../facts/secret.js'
import type { Facts } from '../facts.js'
import type { Found, Rule } from '../finding.js'
import type { Topology } from '../topology.js'
import { deliveryEdits } from '../wording/delivery-edits.js'
import { howToMakeKey, isLive, isWritable, takeFromEnvironment } from '../wording/key-fixes.js'

const koa = {
  'package.json':
    '{"name":"shop","dependencies":{"koa":"^3.0.0","koa-session":"^7.0.0"},"scripts":{"start":"node app.js"}}',
}
const app = (keys: string) =>
  `const Koa = require('koa')\nconst app = new Koa()\n${keys}\napp.use(require('koa-session')(app))\napp.listen(3000)\n`

const rule: Rule = {
  id: 'SEC04',
  slug: 'secret-fallback-literal',
  step: 'secret',
  standards: ['CWE-1188', 'CWE-798'],
  text: {
    summary: 'Where the variable of the key is unset, a key from the source stands in for it.',
    why: 'Nothing says so: a deployment that forgets the variable runs for years with a key that is in the repository. Where only some processes have the variable, they also disagree.',
    remedy: 'Drop the default and stop the start where the variable is missing.',
    exceptions: 'A note where the default is refused in production.',
  },
  find: (facts, topology) =>
    facts.secrets
      .filter(({ kind }) => kind === 'env-with-default')
      .filter(isLive)
      .map((secret) => found(secret, facts, topology)),
  samples: {
    bad: [
      { name: '|| a literal', files: { ...koa, 'app.js': app("app.keys = [process.env.SECRET_KEY || 'dev']") } },
      {
        name: 'a default in a destructuring',
        files: {
          ...koa,
          'app.js': app("const { SECRET_KEY = 'keyboard cat' } = process.env\napp.keys = [SECRET_KEY]"),
        },
      },
    ],
    good: [
      {
        name: 'no default',
        files: {
          ...koa,
          'app.js': app("if (!process.env.SECRET_KEY) throw new Error('no key')\napp.keys = [process.env.SECRET_KEY]"),
        },
      },
    ],
  },
}

export default rule

function found(secret: SecretFact, facts: Facts, topology: Topology): Found {
  const { variable = 'SECRET_KEY', fallback, guarded, place } = secret
  const isKnown = fallback?.value !== undefined && isPublishedSecret(fallback.value)
  const isSet = facts.variables.some(
    ({ name, example, when }) => name === variable && !example && when === 'production',
  )
  return {
    severity: guarded || isSet ? 'note' : 'error',
    confidence: guarded ? 'medium' : 'high',
    title: `where ${variable} is unset, a key from the source${isKnown ? ' that everybody knows' : ''} signs`,
    why: guarded
      ? `The start seems to stop in production where ${variable} is unset; the default is then for development only.`
      : `A deployment that forgets ${variable} runs with a key from the repository, and nothing says so.`,
    do: `Drop the default, and stop the start where ${variable} is missing.\n${howToMakeKey(variable, facts)}`,
    at: [{ place: fallback?.place ?? place }],
    fix:
      isWritable(secret) && !guarded && secret.keys === 1
        ? {
            grade: 'review',
            edits: [...takeFromEnvironment(secret.sink, variable), ...deliveryEdits(facts, topology, variable)],
          }
        : { grade: 'manual', edits: [] },
  }
}
