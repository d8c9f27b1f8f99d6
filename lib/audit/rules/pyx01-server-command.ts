import type { CommandFact } from '../facts/deployment.js'
import type { Facts } from '../facts.js'
import type { Found, Rule } from '../finding.js'
import type { Place } from '../place.js'
import { manual } from '../wording/processes.js'
import { flaskApp, givenValue, pythonStarts } from '../wording/python-commands.js'

const key = "app.secret_key = os.environ['SECRET_KEY']"

const rule: Rule = {
  id: 'PYX01',
  slug: 'server-command',
  step: 'processes',
  standards: [],
  text: {
    summary: 'The command of Gunicorn or Waitress, in terms of Node.',
    why: 'Workers and times carry over, threads do not: one Node process serves all its connections in one event loop, so it needs no threads to wait for others.',
    remedy:
      '`koa-shared-session serve app.js --workers N --graceful-timeout S --worker-timeout S`, with the numbers of the old command.',
    exceptions: 'A note for those who move a Flask app to Koa; nothing is wrong.',
  },
  find: (facts) => {
    const [command] = pythonStarts(facts)
    const place = command?.place ?? facts.python?.places[0]
    return place && (command || facts.python?.server) ? [found(facts, command, place)] : []
  },
  samples: {
    bad: [
      {
        name: 'gunicorn in a Procfile',
        files: flaskApp(key, {
          Procfile: 'web: gunicorn app:app --workers 4 --threads 2 --timeout 120 --bind 0.0.0.0:8000\n',
        }),
      },
      {
        name: 'waitress in code',
        files: flaskApp(`${key}\nfrom waitress import serve\nserve(app, port=8080, threads=8)`),
      },
    ],
    good: [{ name: 'no server of its own', files: flaskApp(key) }],
  },
}

export default rule

function found(facts: Facts, command: CommandFact | undefined, place: Place): Found {
  const server =
    command?.runner === 'waitress' || (!command && facts.python?.server === 'waitress') ? 'Waitress' : 'Gunicorn'
  const threads = givenValue(facts, command, ['--threads'], 'threads')
  const words = server === 'Waitress' ? waitressWords(facts, command) : gunicornWords(facts, command)
  const others = pythonStarts(facts).slice(1)
  return {
    severity: 'note',
    confidence: 'high',
    title: `${server} becomes koa-shared-session serve`,
    why: `${server === 'Waitress' ? `Waitress runs one process${threads ? ` with ${threads} threads` : ' with 4 threads'}` : 'Gunicorn forks workers'}; serve runs Node workers under one primary. Threads have no counterpart: one event loop serves all connections of a worker.`,
    do: [['koa-shared-session serve app.js', ...words].join(' '), ...notes(facts, command, server)].join('\n'),
    at: [{ place }, ...others.map((other) => ({ place: other.place }))],
    fix: manual,
  }
}

function gunicornWords(facts: Facts, command: CommandFact | undefined): readonly string[] {
  const number = (text: string | undefined) => (text !== undefined && /^\d+$/.test(text) ? text : undefined)
  const workers = number(givenValue(facts, command, ['--workers', '-w'], 'workers'))
  const timeout = number(givenValue(facts, command, ['--timeout', '-t'], 'timeout'))
  const graceful = number(givenValue(facts, command, ['--graceful-timeout'], 'graceful_timeout'))
  const port = portOf(givenValue(facts, command, ['--bind', '-b'], 'bind'))
  const known = { '--workers': workers, '--worker-timeout': timeout, '--graceful-timeout': graceful, '--port': port }
  return Object.entries(known).flatMap(([flag, value]) => (value === undefined ? [] : [`${flag} ${value}`]))
}

function waitressWords(facts: Facts, command: CommandFact | undefined): readonly string[] {
  const port = portOf(givenValue(facts, command, ['--listen', '--port'], 'port'))
  return ['--workers 2', ...(port ? [`--port ${port}`] : [])]
}

function portOf(bind: string | undefined): string | undefined {
  return /(?:^|:)(\d+)$/.exec(bind ?? '')?.[1]
}

function notes(facts: Facts, command: CommandFact | undefined, server: string): readonly string[] {
  if (server === 'Waitress') return ['Start with 2 workers, then one per CPU.']
  const keepAlive = givenValue(facts, command, ['--keep-alive'], 'keepalive')
  const requests = givenValue(facts, command, ['--max-requests'], 'max_requests')
  const computed = facts.processes.some(({ count, said }) => count === 'cpus' && /gunicorn/i.test(said))
  return [
    ...(computed
      ? [
          'Workers: one per CPU is enough (leave --workers out), since a Node worker does not block while it waits; 2 × CPU + 1 is for Python.',
        ]
      : []),
    ...(keepAlive && /^\d+$/.test(keepAlive)
      ? [`keep-alive ${keepAlive}: server.keepAliveTimeout = ${Number(keepAlive) * 1000}`]
      : []),
    ...(requests && requests !== '0' ? ['max-requests: --max-memory-mb replaces a worker that grows'] : []),
    'GUNICORN_WORKERS and the like become WEB_CONCURRENCY or KOA_SESSION_WORKERS.',
  ]
}
