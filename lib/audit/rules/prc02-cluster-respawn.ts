import type { LifecycleFact } from '../facts/lifecycle.js'
import type { Found, Rule } from '../finding.js'
import { manual } from '../wording/processes.js'
import { server } from '../wording/server-samples.js'

const clustered = (supervision: string) =>
  server(
    '',
    {},
    {
      'package.json': `${JSON.stringify({ name: 'shop', version: '1.0.0', scripts: { start: 'node server.js' }, dependencies: { koa: '^3.0.0' } }, null, 2)}\n`,
      'server.js': `const cluster = require('cluster')
const os = require('os')
if (cluster.isPrimary) {
  for (let i = 0; i < os.cpus().length; i++) cluster.fork()
${supervision}
} else {
  require('./app')
}
`,
    },
  )

const rule: Rule = {
  id: 'PRC02',
  slug: 'cluster-respawn',
  step: 'processes',
  standards: [],
  text: {
    summary: 'Workers that end are not replaced, or are replaced at once without end.',
    why: 'Without a replacement the app loses one worker by each crash until none is left. With one at once, a worker that cannot start is forked again and again: 38 times in 5 seconds were measured.',
    remedy:
      'Let `koa-shared-session serve` start the workers: it replaces them, waits longer each time, and gives up with an error when none starts.',
    exceptions:
      'A replacement that waits is no finding, and neither are packages that fork, since they look after their workers.',
  },
  find: ({ lifecycle, app }) => lifecycle.forks.flatMap((fork) => found(fork, app.entry)),
  samples: {
    bad: [
      { name: 'nobody replaces a worker', files: clustered('') },
      { name: 'a worker is replaced at once', files: clustered("  cluster.on('exit', () => cluster.fork())") },
    ],
    good: [
      {
        name: 'after a while',
        files: clustered("  cluster.on('exit', () => setTimeout(() => cluster.fork(), 1000))"),
      },
    ],
  },
}

export default rule

function found(fork: LifecycleFact['forks'][number], entry: string | undefined): Found[] {
  if (fork.respawns && fork.delayed) return []
  const old = fork.deprecated
    ? ' isMaster and setupMaster are deprecated since Node 16: isPrimary and setupPrimary.'
    : ''
  return [
    {
      severity: 'warning',
      confidence: 'high',
      title: fork.respawns
        ? 'a worker that cannot start is forked again without end'
        : 'workers that end are not replaced',
      why: fork.respawns
        ? `A new worker is forked the moment one ends. One that fails at its start, for want of a variable or a port, is forked dozens of times a second.${old}`
        : `Nothing listens for the end of a worker: each crash leaves one less, until the app is down.${old}`,
      do: [
        `Let \`koa-shared-session serve ${entry && !/cluster|dispatch|master/i.test(entry) ? entry : '<app>'}\` start the workers: it replaces them and waits longer each time. Or in this file:`,
        "  cluster.on('exit', () => setTimeout(() => cluster.fork(), 1000))",
      ].join('\n'),
      at: [{ place: fork.place }],
      fix: manual,
    },
  ]
}
