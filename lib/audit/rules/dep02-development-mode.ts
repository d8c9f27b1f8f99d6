import type { CommandFact, VariableFact } from '../facts/deployment.js'
import type { Facts } from '../facts.js'
import type { Found, Rule } from '../finding.js'
import { isDevelopmentFile } from '../wording/deployed-files.js'
import { at } from '../wording/places.js'
import { manual } from '../wording/processes.js'
import { koaApp } from '../wording/samples.js'
import { called } from '../wording/start-commands.js'

const session = 'app.use(session(app))'
const docker = (rest: string) => `FROM node:22\nWORKDIR /app\nCOPY . .\n${rest}`

const rule: Rule = {
  id: 'DEP02',
  slug: 'development-mode',
  step: 'shutdown',
  standards: ['CWE-489', 'OWASP ASVS 5.0 13.4.2'],
  text: {
    summary: 'Production runs in development mode: with a watcher, or without NODE_ENV=production.',
    why: 'A watcher restarts the process whenever a file changes, also one that the app itself writes, such as a session. Without NODE_ENV=production libraries show errors to users, and a session cookie is not Secure.',
    remedy: '`NODE_ENV=production` in the image, the unit or the platform; `node` instead of nodemon.',
    exceptions: 'Files whose names say development or test may do both. `dev` scripts may, too.',
  },
  find: (facts) => [...watched(facts), ...development(facts), ...unset(facts)],
  samples: {
    bad: [
      {
        name: 'nodemon in the image',
        files: {
          ...koaApp(session),
          Dockerfile: docker('ENV NODE_ENV=production\nCMD ["npx", "nodemon", "app.js"]\n'),
        },
      },
      {
        name: 'development by name',
        files: { ...koaApp(session), Dockerfile: docker('ENV NODE_ENV=development\nCMD ["node", "app.js"]\n') },
      },
      { name: 'not set', files: { ...koaApp(session), Dockerfile: docker('CMD ["node", "app.js"]\n') } },
    ],
    good: [
      {
        name: 'production',
        files: { ...koaApp(session), Dockerfile: docker('ENV NODE_ENV=production\nCMD ["node", "app.js"]\n') },
      },
      {
        name: 'set by compose',
        files: {
          ...koaApp(session),
          Dockerfile: docker('CMD ["node", "app.js"]\n'),
          'docker-compose.yml': 'services:\n  app:\n    build: .\n    environment:\n      NODE_ENV: production\n',
        },
      },
      {
        name: 'an override for development',
        files: {
          ...koaApp(session),
          'docker-compose.override.yml':
            'services:\n  app:\n    build: .\n    command: npx nodemon app.js\n    environment:\n      NODE_ENV: development\n',
        },
      },
    ],
  },
}

export default rule

/** Files that say how production runs; compose files are also how people develop. */
const deployed = /^(dockerfile|kubernetes|systemd|pm2|paas|procfile)$/

function watched(facts: Facts): Found[] {
  return facts.commands
    .filter(
      (command) =>
        command.watches &&
        deployed.test(command.source) &&
        !isDevelopmentFile(command.place.file) &&
        !isDevelopmentFile(command.name),
    )
    .filter((command) => !isForDevelopment(facts, command))
    .map((command) => ({
      severity: 'warning',
      confidence: 'medium',
      title: `${called(command)} restarts the app whenever a file changes`,
      why: 'A restart breaks off requests, and files that the app writes itself, such as sessions and uploads, cause it too.',
      do:
        command.source === 'pm2'
          ? 'Leave watch out, or set it to false, in the file for production.'
          : 'Start it with node, and keep the watcher for development.',
      at: [{ place: command.place }],
      fix: manual,
    }))
}

/** A NODE_ENV beside it says that this file is for developers. */
function isForDevelopment({ variables }: Facts, { place, name }: CommandFact): boolean {
  const own = variables.filter(
    (one) =>
      one.name === 'NODE_ENV' && one.place.file === place.file && (one.service === undefined || one.service === name),
  )
  return own.length > 0 && own.every(({ value }) => value !== undefined && /^(dev|test|local)/.test(value))
}

function development({ variables, commands }: Facts): Found[] {
  return variables.filter((variable) => isDevelopment(variable, commands)).map(developmentFound)
}

function isDevelopment(
  { name, value, source, when, place, example, fallback }: VariableFact,
  commands: readonly CommandFact[],
): boolean {
  if (name !== 'NODE_ENV' || value === undefined || !/^dev/.test(value) || example || fallback) return false
  if (isDevelopmentFile(place.file) || when === 'development' || when === 'test') return false
  if (source === 'dockerfile')
    return commands.some(
      (command) =>
        command.source === 'dockerfile' &&
        command.place.file === place.file &&
        command.runner !== 'other' &&
        !command.watches,
    )
  return /^(kubernetes|helm|systemd|paas)$/.test(source) || (when === 'production' && source !== 'env-file')
}

function developmentFound({ place, value }: VariableFact): Found {
  const isPlain = value !== undefined && place.end - place.start === value.length
  return {
    severity: 'warning',
    confidence: 'high',
    title: `NODE_ENV is ${value} in ${place.file}`,
    why: 'Libraries show errors to users, views are not cached, and the session cookie is not Secure.',
    do: 'NODE_ENV=production',
    at: [{ place }],
    fix: isPlain
      ? { grade: 'safe', edits: [{ file: place.file, start: place.start, end: place.end, text: 'production' }] }
      : manual,
  }
}

function unset({ variables, commands, framework }: Facts): Found[] {
  if (framework.name === 'flask' || commands.some(setsItself)) return []
  const isSet =
    variables.some(({ name, example }) => name === 'NODE_ENV' && !example) ||
    commands.some(({ environment }) => environment.NODE_ENV !== undefined)
  const command = commands.find(
    ({ source, runner, when }) =>
      source === 'dockerfile' && when !== 'development' && when !== 'test' && /^(node|npm|pm2|ts-node)$/.test(runner),
  )
  if (isSet || !command) return []
  return [
    {
      severity: 'warning',
      confidence: 'medium',
      title: `no file sets NODE_ENV for ${command.place.file}`,
      why: 'Where the platform does not set it, the app runs in development mode: errors are shown to users, and the session cookie is not Secure.',
      do: `ENV NODE_ENV=production before CMD, at ${at(command.place)}.`,
      at: [{ place: command.place }],
      fix: insertion(command),
    },
  ]
}

/** `egg-scripts start` starts its workers with NODE_ENV=production, whatever it is given. */
const setsItself = ({ runner, watches }: CommandFact) => runner === 'egg' && !watches

/** A line before the instruction. An entry point may stand higher, and environment set later still reaches it. */
function insertion({ place }: CommandFact): Found['fix'] & object {
  const start = place.start - (place.column - 1)
  return { grade: 'safe', edits: [{ file: place.file, start, end: start, text: 'ENV NODE_ENV=production\n' }] }
}
