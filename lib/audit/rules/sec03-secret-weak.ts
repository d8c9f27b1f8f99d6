import { keyWeakness, leastKeyBytes } from '../../core/key-strength.js'
import type { VariableFact } from '../facts/deployment.js'
import type { Facts } from '../facts.js'
import type { Found, Rule } from '../finding.js'
import { howToMakeKey } from '../wording/key-fixes.js'

const files = {
  'package.json':
    '{"name":"shop","dependencies":{"koa":"^3.0.0","koa-session":"^7.0.0"},"scripts":{"start":"node app.js"}}',
  'app.js':
    "const Koa = require('koa')\nconst app = new Koa()\napp.keys = [process.env.SESSION_SECRET]\napp.use(require('koa-session')(app))\napp.listen(3000)\n",
}

/** Below this many bytes a key can be guessed in earnest. */
const hopelessBytes = 16

const rule: Rule = {
  id: 'SEC03',
  slug: 'secret-weak',
  step: 'secret',
  standards: ['CWE-331', 'CWE-1391', 'OWASP ASVS 5.0 7.2.3'],
  text: {
    summary: 'The key that the environment gives is too weak to sign with.',
    why: `A signature is as hard to forge as its key is to guess. Keys below ${leastKeyBytes} bytes, with few different characters, or known from READMEs can be guessed from one cookie, offline.`,
    remedy: 'Make one with `npx koa-shared-session secret`: 32 random bytes.',
    exceptions:
      'Silent for placeholders in example files, expansions such as `${VAR}` and references to a secret store.',
  },
  find: (facts) => weak(facts).map((one) => found(one, facts)),
  samples: {
    bad: [{ name: 'a short one in .env', files: { ...files, '.env': 'SESSION_SECRET=hunter2\n' } }],
    good: [
      {
        name: 'a strong one',
        files: { ...files, '.env': 'SESSION_SECRET=wZ3kQ9tX0mB7rV5yN1cL8pD4sG6hJ2fA-aE_uIoT\n' },
      },
      { name: 'an example', files: { ...files, '.env.example': 'SESSION_SECRET=changeme\n' } },
    ],
  },
}

export default rule

interface Weak {
  readonly variable: VariableFact
  readonly value: string
  readonly weakness: string
}

function weak({ secrets, variables }: Facts): Weak[] {
  const names = new Set(secrets.map(({ variable }) => variable))
  return variables.flatMap((variable) => {
    const { name, value, example, fromSecret, when } = variable
    if (
      !names.has(name) ||
      value === undefined ||
      value === '' ||
      example ||
      fromSecret ||
      when === 'test' ||
      /\$\{|\$\(|^\$/.test(value)
    )
      return []
    const weaknesses = value.split(',').flatMap((key) => keyWeakness(key.trim()) ?? [])
    return weaknesses[0] === undefined ? [] : [{ variable, value, weakness: weaknesses[0] }]
  })
}

function found({ variable, value, weakness }: Weak, facts: Facts): Found {
  return {
    severity: Buffer.byteLength(value) < hopelessBytes && variable.when !== 'development' ? 'error' : 'warning',
    confidence: 'high',
    title: `the key in ${variable.name} ${weakness.split(':')[0]}`,
    why: `The key ${weakness}. Whoever guesses it signs cookies and is any user.`,
    do: remedy(variable, facts),
    at: [{ place: variable.place }],
    fix: { grade: 'manual', edits: [] },
  }
}

/** A key belongs into a file of variables; other files are read by many. */
function remedy({ name, source, fallback, place }: VariableFact, facts: Facts): string {
  const strong = `npx koa-shared-session secret --env ${name}`
  if (source === 'env-file')
    return `Put a strong one in its place, there and wherever else ${name} is set:\n  ${strong}`
  const open =
    fallback && source === 'compose'
      ? `Write \${${name}:?} there, so that compose stops where it is unset`
      : `Take it out of ${place.file}`
  return `${open}. Then:\n${howToMakeKey(name, facts)}`
}
