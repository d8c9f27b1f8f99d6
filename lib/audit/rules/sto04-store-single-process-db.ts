import type { Rule } from '../finding.js'
import { koaApp } from '../wording/samples.js'

const rule: Rule = {
  id: 'STO04',
  slug: 'store-single-process-db',
  step: 'store',
  standards: [],
  text: {
    summary: 'Sessions are kept in a database that one process locks, or reads once and keeps to itself.',
    why: 'nedb, lowdb and node-json-db read the file at start and write their own picture of it: the last worker to write wins. level locks its directory, so a second worker does not start.',
    remedy: 'Put `sharedSession()` in its place: on files for one server, on Redis for more.',
    exceptions: 'Silent with one process and nothing planned beyond it.',
  },
  find: ({ sessions }, { target, several }) =>
    sessions
      .filter(({ store }) => store.how === 'single-process-database' && (several || target.workers > 1))
      .map(({ store, place }) => ({
        severity: 'error',
        confidence: 'high',
        title: `${store.via ?? 'the database'} serves one process only`,
        why: `With ${target.workers} workers each has its own picture of the file, or does not start at all.`,
        do: 'Keep sessions in Redis or in a directory that all workers share: app.use(sharedSession()).',
        at: [{ place: store.evidence[0] ?? place }],
        fix: { grade: 'manual', edits: [] },
      })),
  samples: {
    bad: [
      {
        name: 'nedb',
        files: koaApp(
          "const Datastore = require('nedb')\nconst db = new Datastore({ filename: 'sessions.db', autoload: true })\napp.use(session({ store: { get: (id) => new Promise((done) => db.findOne({ id }, (_, found) => done(found))), set: (id, value) => db.update({ id }, { id, value }, { upsert: true }), destroy: (id) => db.remove({ id }) } }, app))",
        ),
      },
    ],
    good: [
      { name: 'Redis', files: koaApp("app.use(session({ store: require('koa-redis')({}) }))", 'koa-generic-session') },
    ],
  },
}

export default rule
