import type { SecretFact } from '../facts/secret.js'
import type { Facts } from '../facts.js'
import { isKoas } from '../failing-logins.js'
import type { Found, Rule } from '../finding.js'
import { howToMakeKey, isLive } from '../wording/key-fixes.js'
import { ourVariable } from '../wording/our-variable.js'

const koa = {
  'package.json':
    '{"name":"shop","dependencies":{"koa":"^3.0.0","koa-session":"^7.0.0"},"scripts":{"start":"node app.js"}}',
}
const app = (keys: string) =>
  `const Koa = require('koa')\nconst app = new Koa()\n${keys}\napp.use(require('koa-session')(app))\napp.listen(3000)\n`

const rule: Rule = {
  id: 'SEC05',
  slug: 'secret-shape',
  step: 'secret',
  standards: [],
  text: {
    summary: 'app.keys is not what Koa can sign with: no list of strings, or nothing at all.',
    why: 'Koa does not look at app.keys before the first cookie is signed. A string, `null`, `[]` or `[undefined]` therefore starts well and answers 500 at the first login.',
    remedy: 'Give a list of strings: `app.keys = [key]`, and stop the start where it is missing.',
    exceptions: 'Silent where the value cannot be read, and where cookies are not signed.',
  },
  find: (facts) => [...missing(facts), ...shaped(facts), ...unchecked(facts)],
  samples: {
    bad: [
      { name: 'a string', files: { ...koa, 'app.js': app("app.keys = 'kLw93dd02zpQnV84mX17rTb6yHs5cJe0'") } },
      { name: 'no keys', files: { ...koa, 'app.js': app('') } },
      { name: 'an empty list', files: { ...koa, 'app.js': app('app.keys = []') } },
      {
        name: 'a list inside a list',
        files: { ...koa, 'app.js': app("app.keys = [(process.env.KEYS || 'none').split(',')]") },
      },
      {
        name: 'the only keys of a list that leaves unset ones out',
        files: { ...koa, 'app.js': app('app.keys = [process.env.KEY, process.env.OLD_KEY].filter(Boolean)') },
      },
      {
        name: 'a variable that nothing checks',
        files: { ...koa, 'app.js': app('app.keys = [process.env.SESSION_KEY]') },
      },
    ],
    good: [
      {
        name: 'a list',
        files: {
          ...koa,
          'app.js': app("if (!process.env.SECRET_KEY) throw new Error('no key')\napp.keys = [process.env.SECRET_KEY]"),
        },
      },
      ...[
        '[process.env.KEY, process.env.OLD_KEY].filter(Boolean)',
        '[process.env.KEY, process.env.OLD_KEY].filter((key) => key)',
        '[process.env.KEY, ...(process.env.OLD_KEY ? [process.env.OLD_KEY] : [])]',
      ].map((keys) => ({
        name: `an older key that may be unset: ${keys}`,
        files: {
          ...koa,
          'app.js': app(`if (!process.env.KEY) throw new Error('no key')\napp.keys = ${keys}`),
        },
      })),
      {
        name: 'one of a list',
        files: {
          ...koa,
          'app.js': app("app.keys = [(process.env.KEYS || 'kLw93dd02zpQnV84mX17rTb6yHs5cJe0').split(',')[0]]"),
        },
      },
      ...["fs.readFileSync('.keys', 'utf8').split(',')", "[process.env.KEY || fs.readFileSync('.key', 'utf8')]"].map(
        (keys) => ({
          name: `a file that must be there: ${keys}`,
          files: { ...koa, 'app.js': app(`const fs = require('fs')\napp.keys = ${keys}`) },
        }),
      ),
      {
        name: 'unsigned',
        files: {
          ...koa,
          'app.js':
            "const Koa = require('koa')\nconst app = new Koa()\napp.use(require('koa-session')({ signed: false }, app))\napp.listen(3000)\n",
        },
      },
    ],
  },
}

export default rule

const signs = ({ sessions }: Facts) => sessions.length === 0 || sessions.some(({ signed }) => signed !== false)

function missing(facts: Facts): Found[] {
  return facts.secrets
    .filter(({ kind }) => kind === 'missing')
    .map(({ when, sink, place }) => ({
      severity: 'error',
      confidence: when === 'any' ? 'high' : 'medium',
      title: when === 'production' ? 'no key is set in production' : 'cookies are signed, and no key is set',
      why: `The first request that sets the session cookie${when === 'production' ? ' in production' : ''} answers 500: Koa says ".keys required for signed cookies". It happens with one process too, and not before somebody logs in.`,
      do: `Set it before the session is mounted: app.keys = [process.env.${ourVariable}]\n${howToMakeKey(ourVariable, facts)}`,
      at: [{ place, note: `needs ${sink.name}` }],
      fix: { grade: 'manual', edits: [] },
    }))
}

const faults: Partial<Record<SecretFact['shape'], string>> = {
  string: 'Koa wants a list: with a string the first login answers 500, "this.keys.sign is not a function".',
  nested:
    'Koa wants strings in it: with a list inside, the first login answers 500, \'The "key" argument must be of type string\'.',
  null: 'With null the first login answers 500, ".keys required for signed cookies".',
  undefined: 'With undefined the first login answers 500, ".keys required for signed cookies".',
  empty: 'With an empty list the first login answers 500: there is no key to sign with.',
  unsplit: 'Where the variable is unset, the start fails on .split of undefined.',
}

const named: Partial<Record<SecretFact['shape'], string>> = {
  string: 'a string, not a list',
  nested: 'a list inside a list',
}

function shaped(facts: Facts): Found[] {
  if (!signs(facts)) return []
  return facts.secrets
    .filter((secret) => isKoas(secret) && isLive(secret) && secret.kind !== 'missing')
    .filter(
      ({ shape, kind, variable, guarded }) =>
        faults[shape] !== undefined &&
        !(shape === 'unsplit' && (variable === undefined || guarded || kind === 'env-with-default')),
    )
    .filter(
      (secret, index, all) => all.findIndex((other) => other.sink.place.start === secret.sink.place.start) === index,
    )
    .map((secret) => {
      const { shape, sink } = secret
      const isSplit = shape === 'unsplit'
      return {
        severity: isSplit ? 'warning' : 'error',
        confidence: 'high',
        title: isSplit
          ? `${sink.name} splits a variable that may be unset`
          : `${sink.name} is ${named[shape] ?? shape}`,
        why: faults[shape] ?? '',
        do: isSplit
          ? `Stop the start with a message of your own where ${secret.variable ?? 'the variable'} is unset.`
          : `Give it a list of strings: ${sink.name} = [key]`,
        at: [{ place: sink.place }],
        fix: shape === 'string' ? { grade: 'safe', edits: bracketed(secret) } : { grade: 'manual', edits: [] },
      }
    })
}

const bracketed = ({ sink: { place } }: SecretFact) => [
  { file: place.file, start: place.start, end: place.start, text: '[' },
  { file: place.file, start: place.end, end: place.end, text: ']' },
]

/** `[process.env.X]` where no file of the app gives X a value and no code checks it. */
function unchecked(facts: Facts): Found[] {
  if (!signs(facts)) return []
  const given = new Set(facts.variables.filter(({ example }) => !example).map(({ name }) => name))
  return facts.secrets
    .filter(
      (secret) =>
        isKoas(secret) &&
        isLive(secret) &&
        secret.kind === 'env' &&
        secret.shape === 'array' &&
        !secret.guarded &&
        secret.fallback === undefined,
    )
    .filter(({ variable }) => variable !== undefined && !given.has(variable))
    .filter((secret) => !isConfigured(secret, facts))
    .filter((secret) => !secret.leftOut || isOnlyHope(secret, facts, given))
    .map(({ variable, place, leftOut }) => ({
      severity: 'warning',
      confidence: 'medium',
      title: `nothing checks that ${variable} is set`,
      why: `Where it is unset the list is ${leftOut ? 'empty' : '[undefined]'}, and the first login answers 500${leftOut ? '' : `: 'The "key" argument must be of type string'`}. The start does not say so.`,
      do: `Stop the start: if (!process.env.${variable}) throw new Error('${variable} is not set')`,
      at: [{ place }],
      fix: { grade: 'manual', edits: [] },
    }))
}

/** The package config has another value for it, in one of its other files. */
function isConfigured({ place, sink }: SecretFact, { secrets }: Facts): boolean {
  const { file, start } = sink.place
  const isOther = (other: SecretFact) => other.kind === 'config-file' && isLive(other)
  return (
    /(^|\/)custom-environment-variables\.\w+$/.test(place.file) &&
    secrets.some((other) => isOther(other) && other.sink.place.file === file && other.sink.place.start === start)
  )
}

/** The first key of a list that leaves unset ones out, and no other of them is sure to be there. */
function isOnlyHope(secret: SecretFact, { secrets }: Facts, given: ReadonlySet<string>): boolean {
  const { file, start } = secret.sink.place
  const list = secrets.filter(({ sink: { place } }) => place.file === file && place.start === start)
  const isSure = ({ kind, variable, guarded }: SecretFact) =>
    kind !== 'env' || guarded || (variable !== undefined && given.has(variable))
  return list[0]?.variable === secret.variable && !list.some(isSure)
}
