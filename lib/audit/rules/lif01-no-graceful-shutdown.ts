import type { LifecycleFact } from '../facts/lifecycle.js'
import type { Facts } from '../facts.js'
import type { Found, Rule } from '../finding.js'
import type { Place } from '../place.js'
import { manual } from '../wording/processes.js'
import { server } from '../wording/server-samples.js'
import { runnable } from '../wording/start-commands.js'

const rule: Rule = {
  id: 'LIF01',
  slug: 'no-graceful-shutdown',
  step: 'shutdown',
  standards: ['CWE-404', 'CWE-755'],
  text: {
    summary: 'A process that is told to stop drops the requests that it is answering.',
    why: 'Every deploy and every reload ends processes by SIGTERM. Without a handler Node ends at once, in the middle of answers. `server.close()` alone is not enough: it waits for connections that browsers and proxies keep open for the next request, and new requests on them are lost.',
    remedy:
      'Start the app by `koa-shared-session serve`, which drains each worker. Or on SIGTERM: stop accepting, end idle connections, wait for the answers under way, then exit.',
    exceptions:
      'Frameworks and packages that do it (egg, Strapi, Nest, terminus, lightship and others) are no finding. A handler that calls what cannot be followed is believed.',
  },
  find: (facts) => (isLookedAfter(facts) ? [] : [...shutdown(facts), ...survival(facts.lifecycle)]),
  samples: {
    bad: [
      { name: 'no handler', files: server('') },
      {
        name: 'an exit in the middle of answers',
        files: server(`process.on('SIGTERM', () => process.exit(0))`),
      },
    ],
    good: [
      {
        name: 'connections are drained',
        files: {
          ...server(''),
          'app.js': `const Koa = require('koa')
const app = new Koa()
const server = app.listen(3000)
process.on('SIGTERM', () => {
  server.close(() => process.exit(0))
  server.closeIdleConnections()
})
`,
        },
      },
      { name: 'a package does it', files: server(`require('http-graceful-shutdown')(app.server)`) },
    ],
  },
}

export default rule

/** The framework, or what starts it, ends processes gently. */
function isLookedAfter({ framework, commands }: Facts): boolean {
  if (/egg|strapi|think|midway|nest|flask|next/.test(framework.name)) return true
  return commands.some(
    ({ runner, when }) => runner === 'koa-shared-session' && when !== 'development' && when !== 'test',
  )
}

function shutdown(facts: Facts): Found[] {
  const { lifecycle, framework } = facts
  const place = lifecycle.sigterm ?? lifecycle.listen?.place ?? framework.instances[0]?.place
  const fault = faultOf(lifecycle, isByPm2(facts))
  if (place === undefined || fault === undefined) return []
  return [
    {
      severity: 'warning',
      confidence: 'high',
      ...fault,
      do: remedy(facts),
      at: [{ place }],
      fix: manual,
    },
  ]
}

/** PM2 starts the app itself, and asks by SIGINT. */
const isByPm2 = ({ processes, grace }: Facts) =>
  processes.some(({ kind }) => kind === 'pm2') || grace.some(({ platform }) => platform === 'pm2')

function faultOf(
  lifecycle: LifecycleFact,
  byPm2: boolean,
): { readonly title: string; readonly why: string } | undefined {
  const deploy = 'Every deploy and every reload stops processes that way.'
  if (lifecycle.sigterm === undefined)
    return {
      title: 'a process that is told to stop drops its requests',
      why: `Nothing listens for ${byPm2 && lifecycle.sigint !== true ? 'SIGINT, by which PM2 asks, or SIGTERM' : 'SIGTERM'}, so Node ends at once, in the middle of answers. ${deploy}`,
    }
  if (byPm2 && lifecycle.sigint === false)
    return {
      title: 'PM2 stops the app by SIGINT, and only SIGTERM is handled',
      why: `PM2 sends SIGINT, for which nothing listens, so Node ends at once, in the middle of answers. ${deploy}`,
    }
  if (lifecycle.closesServer === false)
    return {
      title: 'SIGTERM ends the process in the middle of answers',
      why: `The handler exits without closing the server first. ${deploy}`,
    }
  if (lifecycle.closesServer === true && lifecycle.drains === false)
    return {
      title: 'the stop waits for connections that nobody uses',
      why: `The server is closed, but connections kept alive stay open: the process lingers for seconds, and requests that arrive on them are lost. ${deploy}`,
    }
  return undefined
}

function remedy(facts: Facts): string {
  const { listen } = facts.lifecycle
  const name = listen?.serverName ?? 'server'
  const start = `Start it by \`koa-shared-session serve ${runnable(facts) ?? '<app>'}\`, which does all of this. Or in the app:`
  const own =
    listen && listen.serverName === undefined
      ? [`  const ${name} = app.listen(…)   // keep the server that listen() answers`]
      : []
  return [
    start,
    ...own,
    isByPm2(facts)
      ? "  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => {"
      : "  process.once('SIGTERM', () => {",
    `    ${name}.close(() => process.exit(0))   // no new connections; ends when the answers are out`,
    `    ${name}.closeIdleConnections()`,
    '    setTimeout(() => process.exit(1), 10_000).unref()',
    '  })',
  ].join('\n')
}

function survival({ survivesUncaught: place }: { readonly survivesUncaught: Place | undefined }): Found[] {
  if (place === undefined) return []
  return [
    {
      severity: 'warning',
      confidence: 'high',
      title: 'the process goes on after an uncaught exception',
      why: 'After an uncaught exception nobody knows what is half done: locks stay held, answers never come. Another worker could take over at once.',
      do: 'Log it, let the process end (`process.exit(1)`), and let what supervises it start a new one.',
      at: [{ place }],
      fix: manual,
    },
  ]
}
