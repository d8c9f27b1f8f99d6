import { collectFacts } from '../../../lib/audit/collect/collect-facts.js'
import type { Facts } from '../../../lib/audit/facts.js'
import type { Place } from '../../../lib/audit/place.js'
import type { Verdict } from '../../../lib/audit/report.js'
import { topologyOf } from '../../../lib/audit/topology-of.js'
import { verdictOf } from '../../../lib/audit/verdict.js'
import { memoryProject } from '../memory-project.js'

export type Files = Readonly<Record<string, string>>

/** A package.json that asks for these packages. */
export const packageJson = (dependencies: Readonly<Record<string, string>>, more: object = {}) =>
  JSON.stringify({ name: 'shop', dependencies, ...more })

/** An app on Koa 2 and koa-session whose app.js has these lines between the making of the app and its start. */
export function koaApp(lines: string, more: Files = {}): Files {
  return {
    'package.json': packageJson({ koa: '^2.15.0', 'koa-session': '^6.4.0' }),
    'app.js': `const Koa = require('koa')\nconst session = require('koa-session')\nconst app = new Koa()\n${lines}\napp.listen(3000)\n`,
    ...more,
  }
}

/** The line of app.js on which the lines of `koaApp` begin. */
export const firstLine = 4

const nothing = { entry: undefined, workspace: undefined, progress: undefined }

/** The facts of every app in the files. */
export const appsOf = (files: Files, wanted: Partial<Parameters<typeof collectFacts>[1]> = {}): Promise<Facts[]> =>
  collectFacts(memoryProject(files), { ...nothing, ...wanted })

/** The facts of the only app. */
export async function appOf(files: Files, kept: Parameters<typeof memoryProject>[1] = {}): Promise<Facts> {
  const apps = await collectFacts(memoryProject(files, kept), nothing)
  const [app] = apps
  if (app === undefined || apps.length > 1)
    throw new Error(`${apps.length} apps: ${apps.map(({ app: { dir } }) => dir)}`)
  return app
}

const at = ({ file, line }: Place) => `${file}:${line}`

/** What is mounted and where it rests: `koa-session app.js:5 memory, not shared, custom`. */
export const sessionsIn = ({ sessions }: Facts): string[] =>
  sessions.map(({ library, place, store }) => {
    const shared = store.shared === undefined ? 'undecided' : store.shared ? 'shared' : 'not shared'
    return `${library} ${at(place)} ${store.kind}, ${shared}, ${store.how}`
  })

/** Where keys come from: `env app.js:4`, `literal config.js:1 development`. */
export const secretsIn = ({ secrets }: Facts): string[] =>
  secrets.map(({ kind, when, place }) => `${kind} ${at(place)}${when === 'any' ? '' : ` ${when}`}`)

/** What is said of four workers, or of what the deployment files say. */
export function verdictIn(facts: Facts, workers: number | undefined = 4): Verdict {
  return verdictOf(facts, topologyOf(facts, { workers, hosts: undefined, store: undefined }))
}
