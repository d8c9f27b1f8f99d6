import type { Edit } from '../edit.js'
import type { CommandFact } from '../facts/deployment.js'
import type { Facts } from '../facts.js'
import type { Fix, Found, Rule } from '../finding.js'
import { ownSessions, type ServedStart, servedStart } from '../served-start.js'
import type { Topology } from '../topology.js'
import { at, counted } from '../wording/places.js'
import { manual } from '../wording/processes.js'
import { koaApp } from '../wording/samples.js'
import {
  called,
  execOf,
  execWords,
  isSingle,
  isVerbatim,
  npmTarget,
  plainNode,
  productionStarts,
  serveBinary,
} from '../wording/start-commands.js'

const session = 'app.use(session(app))'

const rule: Rule = {
  id: 'PRC01',
  slug: 'single-process-start',
  step: 'processes',
  standards: [],
  text: {
    summary: 'The production start runs one process.',
    why: 'One process uses one CPU, and each restart or crash is an outage. It is no fault: it is the step that the migration is for.',
    remedy:
      'Start the app by `koa-shared-session serve <app>`: it runs one worker per CPU (or `--workers`), replaces those that end, and reloads without losing requests.',
    exceptions:
      'Silent where several processes run already, and where a platform repeats the container: there one process per container is right.',
  },
  find: (facts, topology) => (isSingle(topology) ? found(facts, topology) : []),
  samples: {
    bad: [
      { name: 'npm start', files: koaApp(session) },
      {
        name: 'a container and a Procfile',
        files: {
          ...koaApp(session, 'koa-session', 'node ./app.js'),
          Procfile: 'web: node app.js\n',
          Dockerfile: 'FROM node:22\nWORKDIR /app\nCOPY . .\nENV NODE_ENV=production\nCMD ["node", "app.js"]\n',
        },
      },
      { name: 'PM2 with one process', files: koaApp(session, 'koa-session', 'pm2 start app.js') },
    ],
    good: [
      { name: 'it is served already', files: koaApp(session, 'koa-session', 'koa-shared-session serve app.js') },
      { name: 'PM2 with four', files: koaApp(session, 'koa-session', 'pm2 start app.js -i 4') },
      {
        name: 'Kubernetes repeats it',
        files: {
          ...koaApp(session),
          'deploy.yaml':
            'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: shop\nspec:\n  replicas: 3\n  template:\n    spec:\n      containers:\n        - name: shop\n          image: shop:1\n',
        },
      },
    ],
  },
}

export default rule

function found(facts: Facts, topology: Topology): Found[] {
  const starts = productionStarts(facts).filter((command) => isOneProcess(command))
  const direct = starts.filter((command) => command.npmScript === undefined)
  const [first, ...others] = (direct.length > 0 ? direct : starts).toSorted(
    (a, b) => rank(b, topology) - rank(a, topology),
  )
  if (!first || facts.framework.name === 'flask') return []
  const script = scriptOf(first) ?? facts.app.entry ?? 'app.js'
  const start = servedStart(facts, topology)
  const { workers } = topology.target
  return [
    {
      severity: 'note',
      confidence: 'high',
      title: `${called(first)} starts one process`,
      why: `One process uses one CPU, and each restart is an outage. When the steps before are done, ${counted(workers, 'worker')} can serve the same sessions.`,
      do: [
        `Start it by koa-shared-session serve ${script} --workers ${workers}${ownSessions(facts, false)}; without --workers it takes one worker per CPU, or WEB_CONCURRENCY.`,
        'It replaces workers that end, reloads them one by one, and lets requests finish.',
        ...(start.options === undefined ? [`Not before the steps above are done: ${start.why}`] : []),
        ...keepingPm2(first, workers),
        ...(others.length > 0 ? [`The same start stands in ${others.map(({ place }) => at(place)).join(', ')}.`] : []),
      ].join('\n'),
      at: [{ place: first.place }, ...others.map(({ place }) => ({ place }))],
      fix: fixOf(facts, start, first, direct, workers),
    },
  ]
}

/** PM2's file first where that is how production runs. */
const rank = ({ when, source }: CommandFact, { now }: Topology) =>
  Number(when === 'production') + 2 * Number(now.kind === 'pm2' && source === 'pm2')

/** PM2 can start the workers, too: by its file, or by its command. */
function keepingPm2({ source, runner, place }: CommandFact, workers: number): readonly string[] {
  if (source === 'pm2') return [`Or keep PM2 and let ${place.file} say: instances: ${workers}, exec_mode: 'cluster'.`]
  return runner === 'pm2' ? [`Or keep PM2 and let it start several: pm2 start … -i ${workers}.`] : []
}

function isOneProcess({ runner, script, npmScript }: CommandFact): boolean {
  if (runner === 'npm') return npmScript !== undefined
  return /^(node|forever|ts-node|pm2)$/.test(runner) && script !== undefined
}

/** As the command itself writes it. */
function scriptOf(command: CommandFact): string | undefined {
  return plainNode(command.text)?.script ?? command.script
}

function fixOf(
  facts: Facts,
  start: ServedStart,
  first: CommandFact,
  commands: readonly CommandFact[],
  workers: number,
): Fix {
  if (start.options === undefined) return manual
  const byPm2 = first.source === 'pm2' ? instancesEdit(facts, first, workers) : []
  if (byPm2.length > 0) return { grade: 'review', edits: byPm2, needs: start.needs }
  const edits = commands.flatMap((command) => editOf(facts, command, start.options))
  return edits.length > 0 ? { grade: 'review', edits: [...edits, ...facts.app.install], needs: start.needs } : manual
}

/** An app of a PM2 file stays with PM2. */
function instancesEdit({ settings }: Facts, { place, name }: CommandFact, workers: number): readonly Edit[] {
  const own = settings.find((each) => each.source === 'pm2' && each.place.file === place.file && each.name === name)
  if (own?.instances === undefined) return []
  const { at, between } = own.instances
  const text = `instances: ${workers},${between}exec_mode: 'cluster',${between}`
  const json = `"instances": ${workers},${between}"exec_mode": "cluster",${between}`
  return [{ file: at.file, start: at.start, end: at.end, text: at.file.endsWith('.json') ? json : text }]
}

function editOf(facts: Facts, command: CommandFact, options: string): readonly Edit[] {
  const { place, source } = command
  const replaced = (text: string): Edit[] => [{ file: place.file, start: place.start, end: place.end, text }]
  // What a shell or npm hides from signals is written by DEP01.
  if (source === 'dockerfile') {
    const words = execWords(command)
    const isPlain = words.length === 2 && words[0] === 'node' && npmTarget(facts, command) === undefined
    return isPlain ? replaced(execOf(words[1] ?? '', options)) : []
  }
  if (source === 'systemd') return isVerbatim(command) ? unitEdit(command, options).flatMap(replaced) : []
  const plain = plainNode(command.text)
  if (!plain || !isVerbatim(command)) return []
  if (source === 'npm') return replaced(`${plain.before}koa-shared-session serve ${plain.script}${options}`)
  const runs = source === 'procfile' || (source === 'compose' && plain.before === '')
  return runs ? replaced(`${plain.before}${serveBinary} serve ${plain.script}${options}`) : []
}

/** `ExecStart=/usr/bin/node /srv/shop/app.js`: the same Node, and the runner below the directory of the app. */
function unitEdit({ text, script }: CommandFact, options: string): readonly string[] {
  const [, node, path] = /^(\/[\w./-]*\/node) +([\w@./-]+)$/.exec(text.trim()) ?? []
  if (node === undefined || path === undefined || script === undefined || !path.endsWith(script)) return []
  const root = path.slice(0, path.length - script.length)
  return [`${node} ${root}${serveBinary} serve ${path}${options}`]
}
