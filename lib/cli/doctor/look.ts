import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Facts } from '../../audit/facts.js'
import type { Looked } from '../../audit/live/examine.js'
import type { NotLooked } from '../../audit/project/project.js'
import type { Environment } from '../../core/options.js'
import { TimedOut, TimeLimit } from '../../plugin/time-limit.js'
import { type Configuration, configurationOf } from './configuration.js'
import { probeDirectory } from './directory-probe.js'
import { probeFleet } from './fleet-probe.js'
import { limits } from './limits.js'
import { probeRedis } from './redis-probe.js'
import type { VisitPlan } from './visit/plan.js'
import { visit } from './visit/visit.js'

export interface Sights {
  /** The environment that the app would have. */
  readonly env: Environment
  /** The directory that the report is about, absolute. */
  readonly root: string
  readonly visit: VisitPlan | undefined
  /** No env file was handed over. */
  readonly bare: boolean
}

/** Asks everything that one app runs with, side by side, each in its time. */
export async function lookAt(facts: Facts, { env, root, visit: plan, bare }: Sights): Promise<Looked> {
  const configuration = configurationOf(facts, env, root)
  const { redis: address, prefix, directory, threshold, live } = configuration
  const [redis, files, fleet, visited] = await Promise.all([
    address ? probeRedis({ address, prefix, trial: live.ours }) : null,
    directory ? probeDirectory(directory, threshold) : null,
    fleetInTime(configuration),
    plan ? visit(plan, live.cookieName) : null,
  ])
  return {
    live: {
      configuration: live,
      redis: redis?.found ?? null,
      directory: files?.found ?? null,
      fleet: fleet.found ?? null,
      visit: visited?.found ?? null,
    },
    notLooked: [
      ...notLookedIn(facts, configuration, join(root, facts.app.dir), bare),
      ...fleet.late,
      ...(redis?.notLooked ?? []),
      ...(files?.notLooked ?? []),
      ...(fleet.found === null && fleet.late.length === 0 ? nobody(configuration) : []),
      ...(visited?.notLooked ?? unvisited),
    ],
    secrets: [
      ...configuration.keys,
      ...passwordsOf(address),
      ...(plan?.login?.body ? [plan.login.body] : []),
      ...(visited?.secrets ?? []),
    ],
  }
}

async function fleetInTime(configuration: Configuration) {
  try {
    return { found: await new TimeLimit(limits.fleet).within(probeFleet(configuration)), late: [] }
  } catch (error) {
    if (!(error instanceof TimedOut)) throw error
    return { found: null, late: [{ what: 'whether running processes agree', why: error.message }] }
  }
}

const unvisited: NotLooked[] = [
  { what: 'what the running app sends', why: 'neither --url nor --login says where it is and how to log in' },
]

function nobody({ meeting, live }: Configuration): NotLooked[] {
  if (!meeting || live.refused) return []
  return [
    {
      what: 'whether running processes agree',
      why: `none with the cookie ${live.cookieName} was entered in the store lately`,
    },
  ]
}

/** Where the environment does not tell what the app does. */
function notLookedIn(facts: Facts, { live }: Configuration, directory: string, bare: boolean): NotLooked[] {
  const [session] = facts.sessions
  const inCode = facts.sessions.find(({ library, options }) => library === 'koa-shared-session' && options)
  return [
    ...(live.ours ? [] : [{ what: 'key, store and cookie of the app', why: otherLibrary(session?.library) }]),
    ...(inCode
      ? [
          {
            what: `the options at ${inCode.place.file}:${inCode.place.line}`,
            why: 'options in code win over the environment, and code is not run here',
          },
        ]
      : []),
    ...(bare && existsSync(join(directory, '.env'))
      ? [{ what: '.env', why: 'it is there, and was not handed over: --settings .env' }]
      : []),
  ]
}

function otherLibrary(library: string | undefined): string {
  if (library === undefined) return 'it mounts no session middleware'
  return `it mounts ${library}, which has settings of its own`
}

function passwordsOf(address: string | undefined): string[] {
  const password = /:\/\/[^/]*?:([^@]*)@/.exec(address ?? '')?.[1]
  if (password === undefined) return []
  try {
    return [password, decodeURIComponent(password)]
  } catch {
    return [password]
  }
}
