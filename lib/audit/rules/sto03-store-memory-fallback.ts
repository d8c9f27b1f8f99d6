import type { Rule } from '../finding.js'
import { isGiven } from '../production-variables.js'
import { inProcesses, severityFor } from '../wording/processes.js'
import { koaApp } from '../wording/samples.js'

const rule: Rule = {
  id: 'STO03',
  slug: 'store-memory-fallback',
  step: 'store',
  standards: ['CWE-636'],
  text: {
    summary: 'Where the shared store is missing, the app falls back to memory.',
    why: 'Each worker decides for itself. After a short failure some workers keep sessions in memory and some in Redis, and nothing says so.',
    remedy:
      'Decide once, before workers are forked, and stop the start where the store is missing. sharedSession() never changes its store at run time.',
    exceptions:
      'A note where a file gives production the variable that decides, and where what decides is no variable; silent for tests.',
  },
  find: (facts, topology) =>
    facts.sessions
      .filter(({ store }) => store.how === 'fallback')
      .map(({ store, place }) => ({
        severity:
          store.needs === undefined || isGiven(facts, store.needs) ? 'note' : severityFor(topology, 'warning', 'error'),
        confidence: 'medium',
        title: `memory stands in where ${store.needs ?? 'the shared store'} is not set`,
        why: `Where ${store.needs ?? 'the setting'} is missing, each process keeps sessions of its own (${inProcesses(topology)} are the target), and nothing says so.${store.needs === undefined || isGiven(facts, store.needs) ? '' : ` No file here sets ${store.needs} for production.`}`,
        do: 'Stop the start in production where the shared store is not set, instead of falling back.',
        at: [
          { place: store.evidence.at(-1) ?? place, note: 'memory' },
          { place: store.evidence[0] ?? place, note: 'the shared store' },
        ],
        fix: { grade: 'manual', edits: [] },
      })),
  samples: {
    bad: [
      {
        name: 'Redis if there is one',
        files: koaApp(
          "const options = {}\nif (process.env.REDIS_HOST) options.store = require('koa-redis')({ host: process.env.REDIS_HOST })\nelse options.store = new (require('koa-generic-session').MemoryStore)()\napp.use(session(options))",
          'koa-generic-session',
        ),
      },
    ],
    good: [
      {
        name: 'always Redis',
        files: koaApp("app.use(session({ store: require('koa-redis')({}) }))", 'koa-generic-session'),
      },
    ],
  },
}

export default rule
