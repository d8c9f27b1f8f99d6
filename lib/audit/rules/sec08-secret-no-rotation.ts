import { deliveryOf } from '../deliveries/delivery-of.js'
import type { SecretFact } from '../facts/secret.js'
import type { Facts } from '../facts.js'
import { isKoas } from '../failing-logins.js'
import type { Found, Rule } from '../finding.js'
import { isLive, twoKeys } from '../wording/key-fixes.js'
import { at, listed } from '../wording/places.js'

const koa = {
  'package.json':
    '{"name":"shop","dependencies":{"koa":"^3.0.0","koa-session":"^7.0.0"},"scripts":{"start":"node app.js"}}',
}
const app = (keys: string) =>
  `const Koa = require('koa')\nconst app = new Koa()\n${keys}\napp.use(require('koa-session')(app))\napp.listen(3000)\n`

const rule: Rule = {
  id: 'SEC08',
  slug: 'secret-no-rotation',
  step: 'secret',
  standards: ['CWE-324', 'OWASP ASVS 5.0 13.3.4'],
  text: {
    summary: 'There is one key only, so changing it logs everybody out.',
    why: 'A key that cannot be changed without harm is not changed. With a list, the newest signs and the older ones still verify until their cookies are gone.',
    remedy:
      'A list, the newest first: in Koa `SECRET_KEY` and `SECRET_KEY_FALLBACKS` of sharedSession(), or `app.keys = [newest, older]`; in express-session `secret: [newest, older]`, and the same in Fastify.',
    exceptions: 'Silent where the keys are a list from one variable, or cannot be read.',
  },
  find: (facts) =>
    facts.sessions.some(({ library }) => library === 'koa-shared-session')
      ? []
      : facts.secrets
          .filter(({ kind, keys }) => keys === 1 && (kind === 'env' || kind === 'env-with-default'))
          .filter(isLive)
          .slice(0, 1)
          .map((secret): Found => {
            const { place, variable, alsoUsedBy } = secret
            return {
              severity: 'note',
              confidence: 'medium',
              title: `one key only: changing ${variable ?? 'it'} logs everybody out`,
              why: `There is no place for the key of yesterday.${alsoUsedBy.length > 0 ? ` ${variable} also serves ${listed(alsoUsedBy.map((use) => `${use.what} (${at(use.place)})`))}: one leak opens both.` : ''}`,
              do: `Newest first, older ones behind it for one cookie lifetime: ${twoKeys(secret)}.${rotation(secret, facts)}`,
              at: [{ place }, ...alsoUsedBy.map((use) => ({ place: use.place, note: use.what }))],
              fix: { grade: 'manual', edits: [] },
            }
          }),
  samples: {
    bad: [
      {
        name: 'one key',
        files: {
          ...koa,
          'app.js': app("if (!process.env.SECRET_KEY) throw new Error('no key')\napp.keys = [process.env.SECRET_KEY]"),
        },
      },
    ],
    good: [
      {
        name: 'two keys',
        files: { ...koa, 'app.js': app('app.keys = [process.env.SECRET_KEY, process.env.OLD_SECRET_KEY]') },
      },
    ],
  },
}

export default rule

/** What rotates the keys of sharedSession(), where a file has them. */
function rotation(secret: SecretFact, facts: Facts): string {
  const { file } = deliveryOf(facts)
  const isOurs = facts.framework.name === 'koa' && isKoas(secret) && file !== undefined
  return isOurs ? ` With sharedSession(): npx koa-shared-session secret --rotate ${file}` : ''
}
