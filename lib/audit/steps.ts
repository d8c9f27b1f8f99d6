import type { Facts } from './facts.js'
import type { StepName } from './finding.js'
import type { Finding, Step } from './report.js'
import type { Topology } from './topology.js'

/** The steps of a migration, in their order. */
export const stepTitles: Readonly<Record<StepName, string>> = {
  secret: 'One secret for all processes',
  store: 'One session store for all processes',
  cookie: 'Cookie and proxy',
  state: 'State left in the process',
  processes: 'Start command and workers',
  shutdown: 'Shutdown and deployment files',
  proof: 'Prove it',
}

export const stepNames = Object.keys(stepTitles) as readonly StepName[]

/** The place of a step in the order, from 0. */
export function stepOrder(step: StepName): number {
  return stepNames.indexOf(step)
}

/** All steps, those without anything to do included. Findings that are ignored belong to none. */
export function stepsFor(facts: Facts, topology: Topology, findings: readonly Finding[]): readonly Step[] {
  return stepNames.map((name, index) => {
    const own = findings.flatMap((finding, at) => (finding.step === name && finding.suppressed === null ? [at] : []))
    const actions = actionsOf[name]?.(facts, topology, own.length) ?? []
    return { n: index + 1, name, title: stepTitles[name], findings: own, actions }
  })
}

type Actions = (facts: Facts, topology: Topology, findings: number) => readonly string[]

const actionsOf: Partial<Record<StepName, Actions>> = {
  store(facts, topology, findings) {
    if (findings === 0) return []
    if (!canUseOurs(facts)) return [otherStore(facts)]
    return ['Install the store: `npm install koa-shared-session`', storeSetting(facts, topology)]
  },

  processes(facts, { target, several }) {
    if (several || target.workers < 2 || !canServe(facts)) return []
    return [`Start ${target.workers} workers: \`${serve(facts, target.workers)}\``]
  },

  proof(facts, { target }) {
    if (facts.sessions.length === 0) return []
    const workers = Math.max(2, target.workers)
    const start = canServe(facts)
      ? `Start it with several workers: \`${serve(facts, workers)}\``
      : `Start it with ${workers} processes`
    return [
      start,
      'Log in once and keep the cookies: `curl -s -o /dev/null -c jar -d "user=…&password=…" http://127.0.0.1:3000/login`',
      'Ask 40 times for a page that needs the login, always with those cookies. One line "40 200" is right; any other line is a lost login: `for i in $(seq 40); do curl -s -o /dev/null -b jar -w "%{http_code}\\n" http://127.0.0.1:3000/account; done | sort | uniq -c`',
      'Let the running set-up be checked: `npx koa-shared-session doctor`',
    ]
  },
}

/** sharedSession() is a middleware of Koa 2 and 3. Egg and Strapi mount their own. */
function canUseOurs({ framework }: Facts): boolean {
  return framework.name === 'koa' && !framework.generators
}

function canServe({ app, python }: Facts): boolean {
  return app.entry !== undefined && /\.[cm]?js$/.test(app.entry) && python === undefined
}

function serve({ app }: Facts, workers: number): string {
  return `npx koa-shared-session serve ${app.entry} --workers ${workers}`
}

/** Stores in Redis that other session libraries have. */
const otherStores: Readonly<Record<string, string>> = {
  'express-session': 'connect-redis',
  '@fastify/session': 'connect-redis',
  'egg-session': 'egg-session-redis',
  'koa-generic-session': 'koa-redis',
}

function otherStore({ sessions }: Facts): string {
  const library = sessions[0]?.library ?? 'the session middleware'
  const store = otherStores[library]
  const such = store === undefined ? '' : `, such as \`${store}\``
  return `Give ${library} a store that all processes share${such}, with the same address in all of them`
}

function storeSetting({ app }: Facts, { store, needsRedis, target }: Topology): string {
  if (store === 'redis') {
    const why = needsRedis ? `, which all ${target.hosts > 1 ? `${target.hosts} hosts` : 'containers'} must reach` : ''
    return `Give all processes the same address of Redis${why}: \`REDIS_URL=redis://…\``
  }
  const name = app.name.replace(/^@/, '').replace(/[^\w.-]+/g, '-') || 'app'
  return `Give all processes one directory that outlives restarts: \`SESSION_FILE_DIR=/var/lib/${name}/sessions\`. It works for one server; for a second server use Redis.`
}
