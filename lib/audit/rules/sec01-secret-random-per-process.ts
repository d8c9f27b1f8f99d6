import type { SecretFact } from '../facts/secret.js'
import type { Facts } from '../facts.js'
import type { Found, Rule } from '../finding.js'
import { givenBy } from '../production-variables.js'
import type { Topology } from '../topology.js'
import { deliveryEdits } from '../wording/delivery-edits.js'
import { howToMakeKey, isLive, isWritable, takeFromEnvironment, takenByHand } from '../wording/key-fixes.js'
import { ourVariable } from '../wording/our-variable.js'
import { at } from '../wording/places.js'
import { lostLogins, severityFor } from '../wording/processes.js'

const koa = {
  'package.json':
    '{"name":"shop","dependencies":{"koa":"^3.0.0","koa-session":"^7.0.0"},"scripts":{"start":"node app.js"}}',
}

const rule: Rule = {
  id: 'SEC01',
  slug: 'secret-random-per-process',
  step: 'secret',
  standards: ['OWASP ASVS 5.0 13.3.1', 'OWASP ASVS 5.0 7.2.3'],
  text: {
    summary: 'The key that signs session cookies is made anew in every process.',
    why: 'A cookie is signed by the worker that set it. The other workers have other keys, take the signature for a forgery and treat the visitor as logged out: logged in, logged out, logged in again. With one process it shows at every restart.',
    remedy:
      'Make the key once, outside the process, and give all processes the same one: `app.keys = [process.env.SECRET_KEY]`, and stop the start where it is missing.',
    exceptions:
      'Silent where the key is made in the primary and handed to the workers, and for keys of tests. A note where it is made once and kept in a file, which all processes of one host then read.',
  },
  find: (facts, topology) =>
    facts.secrets
      .filter(({ kind }) => kind === 'random')
      .filter(isLive)
      .map((secret) => found(secret, facts, topology)),
  samples: {
    bad: [
      {
        name: 'randomBytes at the top',
        files: {
          ...koa,
          'app.js':
            "const Koa = require('koa')\nconst crypto = require('crypto')\nconst app = new Koa()\napp.keys = [crypto.randomBytes(32).toString('hex')]\napp.use(require('koa-session')(app))\napp.listen(3000)\n",
        },
      },
    ],
    good: [
      {
        name: 'a key from the environment',
        files: {
          ...koa,
          'app.js':
            "const Koa = require('koa')\nconst app = new Koa()\nif (!process.env.SECRET_KEY) throw new Error('no key')\napp.keys = [process.env.SECRET_KEY]\napp.use(require('koa-session')(app))\napp.listen(3000)\n",
        },
      },
      {
        name: 'made in the primary',
        files: {
          ...koa,
          'app.js':
            "const cluster = require('cluster')\nconst crypto = require('crypto')\nconst Koa = require('koa')\nif (cluster.isPrimary) {\n  const KEY = crypto.randomBytes(32).toString('hex')\n  for (let i = 0; i < 4; i++) cluster.fork({ KEY })\n} else {\n  const app = new Koa()\n  app.keys = [process.env.KEY]\n  app.use(require('koa-session')(app))\n  app.listen(3000)\n}\n",
        },
      },
    ],
  },
}

export default rule

function found(secret: SecretFact, facts: Facts, topology: Topology): Found {
  const isFallback = secret.variable !== undefined
  const variable = secret.variable ?? ourVariable
  if (secret.once === 'file') return firstBoot(secret, variable, facts)
  const given = isFallback ? givenBy(facts, variable) : undefined
  const severity = given ? 'note' : severityFor(topology, 'warning', 'error')
  return {
    severity,
    confidence: isFallback ? 'medium' : 'high',
    title: isFallback
      ? `where ${variable} is unset, every process makes a key of its own`
      : 'the key is made anew in every process',
    why: given
      ? `${at(given.place)} gives ${variable} to production. Processes that are started in another way, without it, sign with keys of their own and take the others' cookies for forgeries.`
      : `Each process signs with its own key and takes the others' cookies for forgeries: ${lostLogins(topology)}.`,
    do: howToMakeKey(variable, facts) + (isFallback ? '' : takenByHand(secret, variable, facts)),
    at: [{ place: secret.place, note: `${secret.via} is called once in each process` }, ...sinkOf(secret)],
    fix:
      isFallback || !isWritable(secret)
        ? { grade: 'manual', edits: [] }
        : {
            grade: 'review',
            edits: [...takeFromEnvironment(secret.sink, variable), ...deliveryEdits(facts, topology, variable)],
          },
  }
}

/** Made once and kept: right from the second start on. */
function firstBoot(secret: SecretFact, variable: string, facts: Facts): Found {
  return {
    severity: 'note',
    confidence: 'medium',
    title: 'the key is made at the first start and kept in a file',
    why: 'Workers that start at the same time for the first time can each make a key, and a container without a lasting disk makes a new one at each start.',
    do: howToMakeKey(variable, facts),
    at: [{ place: secret.place }],
    fix: { grade: 'manual', edits: [] },
  }
}

function sinkOf({ place, sink }: SecretFact) {
  return place.file === sink.place.file && place.line === sink.place.line
    ? []
    : [{ place: sink.place, note: `reaches ${sink.name} here (${at(sink.place)})` }]
}
