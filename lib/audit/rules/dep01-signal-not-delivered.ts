import type { CommandFact } from '../facts/deployment.js'
import type { Facts } from '../facts.js'
import type { Fix, Found, Rule } from '../finding.js'
import { type ServedStart, servedStart } from '../served-start.js'
import type { Topology } from '../topology.js'
import { manual } from '../wording/processes.js'
import { koaApp } from '../wording/samples.js'
import { execOf, execWords, isSingle, isVerbatim, npmTarget, plainNode } from '../wording/start-commands.js'

const session = 'app.use(session(app))'
const docker = (command: string) => `FROM node:22\nWORKDIR /app\nCOPY . .\nENV NODE_ENV=production\n${command}\n`

const rule: Rule = {
  id: 'DEP01',
  slug: 'signal-not-delivered',
  step: 'shutdown',
  standards: [],
  text: {
    summary: 'A shell or npm stands between the container and the app, so the app is never asked to stop.',
    why: 'Docker and Kubernetes send SIGTERM to the first process only. A shell and npm do not hand it on reliably, so the app is killed after the time to stop: requests break off, and each stop takes that long.',
    remedy: 'The exec form with the program itself: `CMD ["node", "app.js"]`. In a script: `exec node app.js`.',
    exceptions:
      'Silent where `exec`, tini, dumb-init or `init: true` is there, for pm2-runtime, and for development files.',
  },
  find: (facts, topology) =>
    facts.commands.filter((command) => isHidden(facts, command)).map((command) => found(facts, topology, command)),
  samples: {
    bad: [
      { name: 'npm start', files: { ...koaApp(session), Dockerfile: docker('CMD ["npm", "start"]') } },
      { name: 'shell form', files: { ...koaApp(session), Dockerfile: docker('CMD node app.js') } },
    ],
    good: [
      { name: 'exec form', files: { ...koaApp(session), Dockerfile: docker('CMD ["node", "app.js"]') } },
      { name: 'exec', files: { ...koaApp(session), Dockerfile: docker('CMD exec node app.js') } },
      {
        name: 'PM2 for containers',
        files: { ...koaApp(session), Dockerfile: docker('CMD ["pm2-runtime", "app.js"]') },
      },
      {
        name: 'an init',
        files: { ...koaApp(session), Dockerfile: docker('ENTRYPOINT ["tini", "-g", "--"]\nCMD ["npm", "start"]') },
      },
      { name: 'no container', files: koaApp(session) },
    ],
  },
}

export default rule

function isHidden(facts: Facts, command: CommandFact): boolean {
  const { source, when, runner, form, text, place } = command
  if (!/^(dockerfile|compose|kubernetes)$/.test(source) || when === 'development' || when === 'test') return false
  if (/(^|[\s"'&;])exec\s|dumb-init|pm2-runtime|pm2-docker/.test(text) || runner === 'pm2') return false
  if (facts.containers.some(({ init, place: at }) => init && at.file === place.file)) return false
  if (runner === 'npm')
    return command.npmScript !== undefined && !/^\s*exec\s/.test(npmTarget(facts, command)?.text ?? '')
  return form === 'shell' && /^(node|ts-node|gunicorn|waitress|egg|koa-shared-session|forever)$/.test(runner)
}

function found(facts: Facts, topology: Topology, command: CommandFact): Found {
  const npm = command.runner === 'npm'
  const what = npm ? (command.args[0] === undefined ? 'npm' : `${firstWord(command)} ${command.npmScript}`) : 'a shell'
  const script = directly(facts, command)
  const start = isSingle(topology) ? servedStart(facts, topology) : undefined
  const target = script === undefined ? undefined : execForm(script, start?.options)
  return {
    severity: 'warning',
    confidence: 'high',
    title: `${what} keeps SIGTERM from the app`,
    why: `The container sends SIGTERM to its first process, which is ${npm ? 'npm' : 'a shell'} here and does not hand it on reliably. After the time to stop the app is killed: open requests break off, at each deploy.`,
    do: target
      ? `Start the program itself, in exec form: ${target}`
      : 'Start the program itself, in exec form, or put exec before it in the script.',
    at: [{ place: command.place }],
    fix: target ? fixOf(command, target, start) : manual,
  }
}

function firstWord(command: CommandFact): string {
  return execWords(command)[0] ?? command.text.trim().split(/\s+/)[0] ?? 'npm'
}

/** The script that node runs in the end, where nothing else is in between. */
function directly(facts: Facts, command: CommandFact): string | undefined {
  const text = npmTarget(facts, command)?.text ?? command.text
  const plain = plainNode(text)
  return plain && plain.before === '' ? plain.script : undefined
}

/** Several workers where the guide is about to start them, one process otherwise. */
function execForm(script: string, options: string | undefined): string {
  return options === undefined ? `["node", "${script}"]` : execOf(script, options)
}

function fixOf(command: CommandFact, text: string, start: ServedStart | undefined): Fix {
  const { place, source } = command
  const written = command.form === 'exec' ? execWords(command) : undefined
  // An entry point of its own is not part of the place.
  const isWhole = written ? /^(npm|yarn|pnpm)$/.test(written[0] ?? '') : isVerbatim(command)
  if (source !== 'dockerfile' || !isWhole) return manual
  return {
    grade: 'review',
    edits: [{ file: place.file, start: place.start, end: place.end, text }],
    ...(start?.options !== undefined && { needs: start.needs }),
  }
}
