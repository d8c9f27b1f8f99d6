import type { ContainerFact, ProcessFact } from '../facts/deployment.js'
import type { Found, Rule } from '../finding.js'
import { at } from '../wording/places.js'
import { manual } from '../wording/processes.js'
import { koaApp } from '../wording/samples.js'

const session = 'app.use(session(app))'
const compose = (limit: string) =>
  `services:\n  app:\n    build: .\n    command: pm2-runtime start app.js -i max\n${limit}`

const rule: Rule = {
  id: 'PRC03',
  slug: 'host-cpu-count',
  step: 'processes',
  standards: [],
  text: {
    summary: 'As many processes as the machine has CPUs, in a container that may use fewer.',
    why: 'The number of CPUs is that of the machine, not of the container: on 32 CPUs a container limited to one starts 32 processes, which share one CPU and 32 times the memory.',
    remedy:
      'Say the number: `WEB_CONCURRENCY`, `pm2 -i 2`, `egg-scripts --workers=2`; or `koa-shared-session serve`, which reads the limit of the container.',
    exceptions:
      'Only reported where the container is limited to fewer than four CPUs. A number that an environment variable sets is left alone.',
  },
  find: ({ containers }, { now }) => {
    const limited = containers.find(({ cpuLimit }) => cpuLimit !== undefined && cpuLimit < 4)
    const fact = now.evidence.find((one) => one.count === 'cpus' && one.variable === undefined)
    return limited && fact && !/koa-shared-session/.test(fact.said) ? [found(fact, limited)] : []
  },
  samples: {
    bad: [
      {
        name: 'PM2 takes all CPUs of the machine',
        files: { ...koaApp(session), 'docker-compose.yml': compose("    cpus: '1'\n") },
      },
    ],
    good: [
      { name: 'no limit', files: { ...koaApp(session), 'docker-compose.yml': compose('') } },
      {
        name: 'a number',
        files: { ...koaApp(session), 'docker-compose.yml': compose("    cpus: '1'\n").replace('max', '2') },
      },
    ],
  },
}

export default rule

function found(fact: ProcessFact, container: ContainerFact): Found {
  const limit = container.cpuLimit ?? 1
  return {
    severity: 'warning',
    confidence: 'high',
    title: `one process per CPU of the machine, in a container limited to ${limit}`,
    why: `${container.name} may use ${limit} CPU${limit === 1 ? '' : 's'} (${at(container.place)}), but the count is the machine's: on 32 CPUs that is 32 processes, each with its own memory and its own connections.`,
    do: `Say the number: ${Math.max(1, Math.round(limit))} or 2. PM2: -i 2; egg-scripts: --workers=2; koa-shared-session serve --workers auto reads the limit of the container by itself, and WEB_CONCURRENCY overrides it.`,
    at: [{ place: fact.place }, { place: container.place, note: 'the limit' }],
    fix: manual,
  }
}
