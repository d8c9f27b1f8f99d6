import type { LocalStateFact } from '../facts/local-state.js'
import type { Found, Rule } from '../finding.js'
import type { Topology } from '../topology.js'
import { inProcesses, manual, processCount, severityFor } from '../wording/processes.js'
import { server } from '../wording/server-samples.js'

const rule: Rule = {
  id: 'MEM05',
  slug: 'timer-per-worker',
  step: 'state',
  standards: [],
  text: {
    summary: 'Every process starts the same job.',
    why: 'With four workers a report is mailed four times, and four clean-ups run against each other.',
    remedy: 'Let one process do it: a process of its own, the primary, or whoever gets a lock.',
    exceptions:
      'Jobs in the primary, behind NODE_APP_INSTANCE or a setting, or under a lock are no finding, and neither are queues such as Bull and Agenda, nor timers that only tidy the memory of their process. A job that fills a cache of its process must run in each: ignore it and give the reason.',
  },
  find: ({ localState }, topology) =>
    localState.filter(({ kind }) => kind === 'timer').map((state) => found(state, topology)),
  samples: {
    bad: [
      {
        name: 'node-cron',
        files: server(`require('node-cron').schedule('0 6 * * *', async () => {
  await mailer.send(await report())
})`),
      },
      {
        name: 'an interval that writes to the database',
        files: server(`setInterval(async () => {
  await Order.update({ late: true }, { where: { due: Date.now() } })
}, 60000)`),
      },
    ],
    good: [
      {
        name: 'only the first process of PM2',
        files: server(`if (process.env.NODE_APP_INSTANCE === '0')
  require('node-cron').schedule('0 6 * * *', () => mailer.send('report'))`),
      },
      {
        name: 'under a lock',
        files: server(`require('node-cron').schedule('0 6 * * *', async () => {
  if (await redis.set('report', '1', 'EX', 60, 'NX')) await mailer.send('report')
})`),
      },
      { name: 'tidying memory', files: server('const seen = new Map()\nsetInterval(() => seen.clear(), 60000)') },
    ],
  },
}

export default rule

function found(state: LocalStateFact, topology: Topology): Found {
  const job = state.library ? `the job of ${state.library}` : 'the timer'
  return {
    severity: severityFor(topology, 'note', 'warning'),
    confidence: state.confidence,
    title: `${job} runs in every process`,
    why: `With ${inProcesses(topology)} it runs ${processCount(topology)} times, at the same moment.`,
    do: [
      'Let one of the processes do it:',
      '- a process of its own, with its own start command; or',
      "- a lock: `if (await redis.set('job:name', '1', 'EX', 60, 'NX')) …` at the start of the job; or",
      ...(topology.target.hosts > 1
        ? []
        : ['- the first worker: `if (!cluster.worker || cluster.worker.id === 1) …` around it.']),
    ].join('\n'),
    at: [{ place: state.place }],
    fix: manual,
  }
}
