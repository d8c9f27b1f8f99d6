import { deliveryOf } from './deliveries/delivery-of.js'
import type { Facts } from './facts.js'
import type { StepName } from './finding.js'
import type { Finding, Step } from './report.js'
import { ownSessions } from './served-start.js'
import type { Topology } from './topology.js'
import { addPackage, installAll } from './wording/packages.js'
import { processesToProve, proofActions } from './wording/proof.js'
import { actionOf, keyByHand, keyVariable, settingsOption, storeActions } from './wording/set-up.js'
import { runnable } from './wording/start-commands.js'

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

/** What the guide is written for, besides what was found. */
export interface StepContext {
  readonly facts: Facts
  readonly topology: Topology
  /** `--write` has just put this package into package.json. */
  readonly installs: boolean
}

/** All steps, those without anything to do included. Findings that are ignored belong to none; notes ask for no new store. */
export function stepsFor(context: StepContext, findings: readonly Finding[]): readonly Step[] {
  const replaces = findings.some(
    ({ step, suppressed, severity }) => step === 'store' && suppressed === null && severity !== 'note',
  )
  return stepNames.map((name, index) => {
    const own = findings.flatMap((finding, at) => (finding.step === name && finding.suppressed === null ? [at] : []))
    const actions =
      actionsOf[name]?.(
        { ...context, replaces },
        own.flatMap((at) => findings[at] ?? []),
      ) ?? []
    return { n: index + 1, name, title: stepTitles[name], findings: own, actions }
  })
}

type Actions = (
  context: StepContext & { readonly replaces: boolean },
  findings: readonly Finding[],
) => readonly string[]

const actionsOf: Partial<Record<StepName, Actions>> = {
  secret({ facts, installs, replaces }, findings) {
    const install = installs ? [`Install what package.json asks for now: \`${installAll(facts.app)}\``] : []
    const variable = keyVariable(facts)
    const isFirstKey = replaces && facts.secrets.length === 0
    if (variable === undefined || (isFirstKey && !canUseOurs(facts))) return install
    const isShared = facts.app.sharesSettings && deliveryOf(facts).file !== undefined
    const ignore = isShared ? ['Keep the settings out of git: `echo .env >> .gitignore`'] : []
    if (findings.some((finding) => makesKey.test(finding.do))) return [...install, ...ignore]
    const why = isFirstKey
      ? 'sharedSession() signs its cookie, the session of today has no key'
      : `No file here sets ${variable}`
    const [first, ...others] = deliveryOf(facts).key(variable)
    const made = first === undefined ? [] : [{ ...first, words: `${why}. ${first.words}` }]
    return [...install, ...ignore, ...[...made, ...others].map(actionOf)]
  },

  store({ facts, topology, installs, replaces }) {
    const { idleStores } = facts.app
    const idle =
      installs && idleStores.length > 0
        ? [`Delete what nothing loads any more: \`git rm ${idleStores.join(' ')}\``]
        : []
    if (!replaces) return [...(isOurs(facts) && !isGiven(facts) ? storeActions(facts, topology) : []), ...idle]
    if (!canUseOurs(facts)) return facts.sessions.every(({ store }) => store.shared) ? [] : [otherStore(facts)]
    return [`Install the store: \`${addPackage(facts.app)}\``, ...storeActions(facts, topology)]
  },

  processes({ facts, replaces, topology: { target, several } }) {
    if (!canServe(facts)) return []
    const start = facts.commands.find(
      ({ source, name, runner }) => source === 'npm' && name === 'start' && runner === 'koa-shared-session',
    )
    const byFile = deliveryOf(facts).atStart === true && settingsOption(facts) !== ''
    if (start !== undefined && byFile && !start.text.includes('--settings'))
      return [
        `Let the start command read the settings: \`npm pkg set scripts.start="${start.text}${settingsOption(facts)}"\``,
      ]
    if (several || target.workers < 2) return []
    const isAsked = facts.app.install.length === 0 || (replaces && canUseOurs(facts))
    const install = isAsked ? [] : [`Install what starts them: \`${addPackage(facts.app)}\``]
    return [...install, `Start ${target.workers} workers: \`${serve(facts, target.workers)}\``]
  },

  proof({ facts, topology, installs }) {
    if (facts.sessions.length === 0) return []
    const workers = Math.max(2, topology.target.workers)
    const start = canServe(facts)
      ? `Start it with several workers: \`${serve(facts, workers)}\``
      : `Start it with ${processesToProve(topology)} processes`
    return [
      start,
      ...proofActions(facts),
      ...(isOurs(facts) || canUseOurs(facts)
        ? [`Let the running set-up be checked: \`npx koa-shared-session doctor${settingsOption(facts)}\``]
        : []),
      ...(installs && isOurs(facts)
        ? ['Deploy it when a new login is no harm: sessions begin anew, and everybody logs in once more.']
        : []),
    ]
  },
}

/** The finding says how a key is made. */
const makesKey = /koa-shared-session secret\b(?! --rotate)/

const isOurs = ({ sessions }: Facts) => sessions.some(({ library }) => library === 'koa-shared-session')

/** The code says itself where sessions rest. */
const isGiven = ({ sessions }: Facts) =>
  sessions.every(({ library, store }) => library !== 'koa-shared-session' || store.how === 'given')

/** sharedSession() is a middleware of Koa 2 and 3. Egg and Strapi mount their own, and express-session has stores of its own. */
function canUseOurs({ framework, sessions }: Facts): boolean {
  const isBridged = sessions[0]?.library === 'express-session'
  return framework.name === 'koa' && !framework.generators && !isBridged
}

function canServe(facts: Facts): boolean {
  return facts.python === undefined && runnable(facts) !== undefined
}

function serve(facts: Facts, workers: number): string {
  return `${keyByHand(facts)}npx koa-shared-session serve ${runnable(facts)} --workers ${workers}${settingsOption(facts)}${ownSessions(facts, false)}`
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
