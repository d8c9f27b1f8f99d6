import type { GraceFact } from '../facts/deployment.js'
import type { Facts } from '../facts.js'
import type { Found, Rule } from '../finding.js'
import { isDevelopmentFile, isForDevelopers } from '../wording/deployed-files.js'
import { manual } from '../wording/processes.js'
import { koaApp } from '../wording/samples.js'

const session = 'app.use(session(app))'
const compose = (rest: string) => `services:\n  app:\n    build: .\n${rest}`

/** Seconds: what `serve` gives open requests, and what it needs besides to end. */
const drain = 30
const spare = 5

/** Seconds: the same for the handler that LIF01 writes into an app which PM2 runs itself. */
const ownDrain = 10
const ownSpare = 2

const rule: Rule = {
  id: 'DEP03',
  slug: 'grace-period-mismatch',
  step: 'shutdown',
  standards: [],
  text: {
    summary: 'The platform kills the app before it has let its requests finish.',
    why: `\`koa-shared-session serve\` gives open requests ${drain} seconds, and the handler of LIF01 ${ownDrain}. Compose waits 10 and PM2 1.6 unless told otherwise, Kubernetes 30, and equal is too short: requests break off at each deploy, and what they were about to write to the session is lost.`,
    remedy:
      '`stop_grace_period: 36s`, `terminationGracePeriodSeconds: 41` with a `preStop` of 5 seconds, for PM2 `kill_timeout: 12000`; or `--graceful-timeout 8` where the platform does not wait longer.',
    exceptions:
      'systemd waits 90 seconds, which is enough. Files for development and tests are not judged, nor apps of a PM2 file that take no requests.',
  },
  find: (facts) => [...tooShort(facts), ...notReady(facts)],
  samples: {
    bad: [
      {
        name: 'the default of compose',
        files: { ...koaApp(session), 'docker-compose.yml': compose('    init: true\n') },
      },
      {
        name: 'PM2',
        files: {
          ...koaApp(session),
          'ecosystem.config.js':
            "module.exports = {\n  apps: [\n    {\n      name: 'shop',\n      script: 'app.js',\n    },\n  ],\n}\n",
        },
      },
    ],
    good: [
      {
        name: 'long enough',
        files: { ...koaApp(session), 'docker-compose.yml': compose('    stop_grace_period: 40s\n') },
      },
      {
        name: 'systemd',
        files: { ...koaApp(session), 'shop.service': '[Service]\nExecStart=/usr/bin/node /srv/shop/app.js\n' },
      },
      { name: 'for development', files: { ...koaApp(session), 'docker-compose.dev.yml': compose('    init: true\n') } },
    ],
  },
}

export default rule

const names: Readonly<Record<GraceFact['platform'], string>> = {
  docker: 'docker stop',
  compose: 'compose',
  pm2: 'PM2',
  kubernetes: 'Kubernetes',
  systemd: 'systemd',
  heroku: 'Heroku',
  'cloud-run': 'Cloud Run',
  ecs: 'ECS',
  fly: 'Fly',
}

/** One finding a platform: the same default stands at each service. */
function tooShort(facts: Facts): Found[] {
  const { grace } = facts
  const short = grace.filter((fact) => fact.seconds <= leastOf(fact, facts) && !isForDevelopers(facts, fact.place))
  // A container that compose or Kubernetes runs is not stopped by hand.
  const orchestrated = grace.some(
    ({ platform }) => platform !== 'docker' && platform !== 'pm2' && platform !== 'systemd',
  )
  const judged = short.filter(({ platform }) => !(platform === 'docker' && orchestrated))
  return [...new Set(judged.map(({ platform }) => platform))].map((platform) => {
    const [first, ...others] = judged.filter((fact) => fact.platform === platform) as [GraceFact, ...GraceFact[]]
    return isServed(first, facts) ? found(first, others) : foundByPm2(first, others)
  })
}

const leastOf = (fact: GraceFact, facts: Facts) => (isServed(fact, facts) ? drain + spare : ownDrain)

/** PM2 starts the app itself, unless its file names the runner of this package. */
const isServed = ({ platform, place }: GraceFact, { commands }: Facts) =>
  platform !== 'pm2' ||
  commands.some(({ runner, place: { file } }) => runner === 'koa-shared-session' && file === place.file)

function foundByPm2(first: GraceFact, others: readonly GraceFact[]): Found {
  const { seconds, byDefault } = first
  return {
    ...found(first, others),
    why: `${byDefault ? `Nothing is written, so PM2 waits ${seconds} s` : `PM2 waits the ${seconds} s that are written there`} after SIGINT. A request that takes longer breaks off at each reload, also where the app handles SIGINT and waits for it.`,
    do: `kill_timeout: ${(ownDrain + ownSpare) * 1000}\nThe handler that LIF01 shows waits ${ownDrain} s for answers; without one the app ends at once, whatever PM2 waits.`,
  }
}

function found(first: GraceFact, others: readonly GraceFact[]): Found {
  const { platform, seconds, byDefault, fixed, place, preStop } = first
  const edits = [first, ...others].flatMap(({ insert }) =>
    insert ? [{ file: insert.at.file, start: insert.at.start, end: insert.at.end, text: insert.text }] : [],
  )
  const hand = platform === 'docker' || fixed
  return {
    severity: hand ? 'note' : 'warning',
    confidence: byDefault ? 'medium' : 'high',
    title: `${names[platform]} kills the app ${seconds} s after it asks it to stop`,
    why: `${byDefault ? `Nothing is written, so ${names[platform]} waits ${seconds} s` : `${seconds} s are written there`}; serve lets requests finish for ${drain} s and needs ${spare} s more. What takes longer breaks off at each deploy.${preStop === false ? ' Without a preStop, new requests still arrive while the app stops.' : ''}`,
    do: remedy(first),
    at: [{ place }, ...others.map((other) => ({ place: other.place }))],
    fix: edits.length > 0 ? { grade: 'review', edits } : manual,
  }
}

function remedy({ platform, seconds, fixed, preStop }: GraceFact): string {
  const shorter = `koa-shared-session serve --graceful-timeout ${Math.max(1, Math.floor(seconds * 0.8))}`
  if (fixed) return `${names[platform]} does not wait longer: ${shorter}`
  const longer: Partial<Record<GraceFact['platform'], string>> = {
    docker: 'docker stop --time 36, or --stop-timeout 36 at docker run',
    compose: 'stop_grace_period: 36s',
    pm2: 'kill_timeout: 36000',
    kubernetes: `terminationGracePeriodSeconds: 41${preStop ? '' : '\nlifecycle: { preStop: { exec: { command: ["sleep", "5"] } } }'}`,
    ecs: '"stopTimeout": 40',
    fly: 'kill_timeout = "36s"',
    systemd: 'TimeoutStopSec=36',
  }
  return `${longer[platform] ?? 'Let it wait 36 s'}\nOr let requests finish in less: ${shorter}`
}

/** Kubernetes sends requests to a pod as soon as it runs, where no probe says that it is ready. */
function notReady({ containers }: Facts): Found[] {
  return containers
    .filter(
      ({ kind, readinessProbe, place }) =>
        kind === 'kubernetes' && readinessProbe === false && !isDevelopmentFile(place.file),
    )
    .map(({ name, place }) => ({
      severity: 'note',
      confidence: 'medium',
      title: `${name} has no readiness probe`,
      why: 'Kubernetes sends requests to a new pod before the app listens, and to an old one that lost its store.',
      do: 'Add a readinessProbe on a route that calls check() of sharedSession(): it says whether the store answers.',
      at: [{ place }],
      fix: manual,
    }))
}
