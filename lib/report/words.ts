import type { Severity } from '../audit/finding.js'
import type { AppReport, Finding, Report } from '../audit/report.js'

/** A number with its noun: `1 file`, `3 files`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** What made the report: a report with live facts is that of `doctor`. */
export function commandOf({ live }: AppReport): 'migrate' | 'doctor' {
  return live ? 'doctor' : 'migrate'
}

/** Findings that count: nothing ignores them. */
export function open(app: AppReport): readonly Finding[] {
  return app.findings.filter(({ suppressed }) => suppressed === null)
}

export function bySeverity(findings: readonly Finding[]): Readonly<Record<Severity, number>> {
  const of = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length
  return { error: of('error'), warning: of('warning'), note: of('note') }
}

/** `4 errors, 3 warnings, 2 notes`; severities without a finding are left out. */
export function counts(findings: readonly Finding[]): string {
  const numbers = Object.entries(bySeverity(findings)).filter(([, number]) => number > 0)
  return numbers.map(([severity, number]) => count(number, severity)).join(', ') || 'nothing found'
}

export type Standing = 'READY' | 'READY, WITH ERRORS' | 'NOT READY' | 'WORKS IN PART' | 'NOT DECIDED'

/** What the app can do on the target, in a few words. An app whose sessions are ready may have other errors. */
export function standing(app: AppReport): Standing {
  const { verdict } = app
  const logsNobodyIn = verdict.visibility === 0
  if (verdict.sessions === 'breaks' || verdict.app === 'breaks' || logsNobodyIn) return 'NOT READY'
  if (verdict.sessions === 'undecided' || verdict.app === 'undecided') return 'NOT DECIDED'
  if (verdict.app === 'degrades') return 'WORKS IN PART'
  return open(app).some(({ severity }) => severity === 'error') ? 'READY, WITH ERRORS' : 'READY'
}

/** `Ready for 4 workers on 1 host` needs this: the verdict is good, and no error or warning is left. */
export function isReady(app: AppReport): boolean {
  return standing(app) === 'READY' && open(app).every(({ severity }) => severity === 'note')
}

/** `4 workers on 1 host`. */
export function targetOf({ target }: AppReport): string {
  return `${count(target.workers, 'worker')} on ${count(target.hosts, 'host')}`
}

/** The target with the store the guide is for, where there are sessions that our store can keep. */
export function goalOf(app: AppReport): string {
  const isKeptElsewhere = app.store.shared === true && /^(mongo|sql|custom)$/.test(app.store.kind)
  const [session] = app.session
  const isOfKoa = session !== undefined && session.library !== 'express-session' && app.framework.name === 'koa'
  const hasGuide = isOfKoa && !isKeptElsewhere
  if (!hasGuide) return targetOf(app)
  return `${targetOf(app)}, sessions in ${app.target.store === 'redis' ? 'Redis' : 'a directory'}`
}

/** What makes a directory an app. */
export const lookedFor =
  'Looked for a package.json or a source file that loads Koa, Express, Fastify, Egg, Strapi or a like server and listens, and for a Flask app. To audit one of several apps name its directory, or the file that starts it.'

export function framework({ framework, modules }: AppReport): string {
  const name = `${framework.name}${framework.version ? ` ${framework.version}` : ''}`
  if (framework.name === 'flask') return name
  return `${name} (${{ commonjs: 'CommonJS', module: 'ES modules', mixed: 'CommonJS and ES modules' }[modules]})`
}

/** `CKE01 (app.js:4) is made in a later run`: changes that touch the place of another one. */
export function waiting({ patch }: Report): string {
  const named = patch.postponed.map(({ id, file, line }) => `${id} (${file}:${line})`)
  return `${named.join(', ')} ${named.length === 1 ? 'waits' : 'wait'} for the next run`
}

/** The command that makes the most of the changes; empty where there are none. */
export function nextCommand(apps: readonly AppReport[]): string {
  const ways = apps.flatMap(open).map(mendedBy)
  if (ways.includes('--write')) return 'npx koa-shared-session migrate --write'
  return ways.includes('--write --unsafe') ? 'npx koa-shared-session migrate --write --unsafe' : ''
}

/** How a finding can be mended: empty where people do it. */
export function mendedBy({ fix }: Finding): '' | '--write' | '--write --unsafe' {
  const isMade = fix.diff !== '' || fix.withheld
  if (!isMade || fix.grade === 'manual') return ''
  return fix.grade === 'safe' ? '--write' : '--write --unsafe'
}
