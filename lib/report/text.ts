import type { AppReport, Report } from '../audit/report.js'
import { foldedOf } from './fold.js'
import { printable } from './printable.js'
import { Style } from './style.js'
import { findingText } from './text-finding.js'
import {
  commandOf,
  count,
  counts,
  framework,
  goalOf,
  isReady,
  lookedFor,
  mendedBy,
  nextCommand,
  open,
  standing,
  targetOf,
  waiting,
} from './words.js'
import { wrap } from './wrap.js'

export interface TextOptions {
  /** Columns of the terminal. */
  readonly width: number
  readonly colour: boolean
  /** The terminal shows ASCII only. */
  readonly ascii: boolean
  /** The verdict and one line a finding. */
  readonly quiet: boolean
  /** The head with the answers. */
  readonly summary: boolean
  /** Also what was ignored. */
  readonly all: boolean
  readonly links: boolean
  /** How long the audit took, in ms. */
  readonly elapsed: number | undefined
}

export const plainText: TextOptions = {
  width: 80,
  colour: false,
  ascii: false,
  quiet: false,
  summary: true,
  all: false,
  links: true,
  elapsed: undefined,
}

/** The report for people at a terminal: the verdict first, then the steps in their order. */
export function text(given: Report, options: TextOptions = plainText): string {
  const report = printable(given)
  const style = new Style(options.colour, options.ascii)
  const lines =
    report.apps.length === 0 ? nothing(report, options) : report.apps.flatMap((app) => appText(app, options, style))
  return `${style.plain(
    [...lines, ...remarks(report, options, style), ...next(report, style)]
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trimEnd(),
  )}\n`
}

function nothing(report: Report, { width }: TextOptions): string[] {
  const why = report.notLooked.map(({ what, why }) => `  ${what}: ${why}`)
  return [
    'No server app was found here.',
    ...wrap(lookedFor, width),
    ...why.flatMap((line) => wrap(line.trim(), width - 2).map((one) => `  ${one}`)),
  ]
}

function appText(app: AppReport, options: TextOptions, style: Style): string[] {
  const head = options.summary ? headText(app, options, style) : []
  const toDo = app.steps.some(({ name, actions }) => /^(secret|store)$/.test(name) && actions.length > 0)
  const isDone = isReady(app) && open(app).length === 0 && !toDo
  const steps = isDone && !app.live ? stepLines(app, style) : stepsText(app, options, style)
  return [...head, ...steps, ...tail(app, options, style), '']
}

function headText(app: AppReport, options: TextOptions, style: Style): string[] {
  const name = `${app.name}${app.version ? ` ${app.version}` : ''}${app.dir === '.' ? '' : ` in ${app.dir}`}`
  const took = options.elapsed === undefined ? '' : ` · ${(options.elapsed / 1000).toFixed(2)} s`
  const files = `${app.files.source} source, ${count(app.files.config, 'config file')}${took}`
  const facts = wrap([name, framework(app), files].join(' · '), options.width)
  const row = (label: string, value: string, paint = (line: string) => line) =>
    wrap(value, options.width - 13).map((line, index) => `  ${(index === 0 ? label : '').padEnd(10)} ${paint(line)}`)
  const colour = standing(app) === 'READY' ? 'green' : standing(app) === 'NOT READY' ? 'red' : 'yellow'
  return [
    style.paint(`koa-shared-session ${commandOf(app)}`, 'bold'),
    ...facts,
    '',
    ...row('verdict', `${standing(app)} – ${app.verdict.why}`, (line) => style.paint(line, colour, 'bold')),
    ...row('processes', app.answers.processes),
    ...row('sessions', app.answers.store),
    ...row('key', app.answers.secret),
    ...(app.live ? [] : row('target', goalOf(app))),
    '',
    ...wrap(tally(app), options.width - 2).map((line) => `  ${line}`),
    '',
  ]
}

function tally(app: AppReport): string {
  const found = open(app)
  const made = found.filter((finding) => mendedBy(finding) === '--write').length
  const unsafe = found.filter((finding) => mendedBy(finding) === '--write --unsafe').length
  const checks = `${app.checks.clean} of ${app.checks.run} checks found nothing`
  if (found.length === 0) return checks
  if (made + unsafe === 0) return `${counts(found)} · ${checks}`
  const how = unsafe === 0 ? `${made} by --write` : `${made} by --write, ${unsafe} more by --write --unsafe`
  return `${counts(found)} · ${how} · ${checks}`
}

function stepLines(app: AppReport, style: Style): string[] {
  const width = Math.max(...app.steps.map(({ title }) => title.length))
  const lines = app.steps
    .filter(({ name }) => name !== 'proof')
    .map(({ n, title }) => `${style.paint('✔', 'green')} Step ${n} · ${title.padEnd(width)}  nothing to do`)
  return [...lines, '', style.paint(`Ready for ${targetOf(app)}.`, 'green', 'bold'), '']
}

function stepsText(app: AppReport, options: TextOptions, style: Style): string[] {
  const busy = app.steps.filter((step) => step.findings.length + step.actions.length > 0)
  const idle = app.steps.filter((step) => !busy.includes(step))
  const rest =
    idle.length > 0 && !app.live
      ? [`Nothing to do in step ${idle.map(({ n, title }) => `${n} (${title})`).join(', ')}.`]
      : []
  const lines = busy.flatMap((step) => {
    const title = style.paint(app.live ? step.title : `Step ${step.n} of ${app.steps.length} · ${step.title}`, 'bold')
    const findings = foldedOf(app, step).flatMap((folded) => [...findingText(folded, options, style), ''])
    if (options.quiet) return findings.length === 0 ? [] : [title, ...findings.filter(Boolean), '']
    const actions = step.actions.flatMap((action) => [...actionText(action, options), ''])
    return [title, ...findings, ...actions]
  })
  return [...lines, ...rest.flatMap((line) => wrap(line, options.width)), ...(rest.length > 0 ? [''] : [])]
}

/** A command stands on a line of its own, so that it can be copied. */
function actionText(action: string, { width }: TextOptions): string[] {
  const [, words = action, command] = /^(.*?):? `([^`]+)`\.?$/s.exec(action) ?? []
  const lines = wrap(command === undefined ? action : `${words}:`, width - 4).map(
    (line, index) => `${index === 0 ? '  - ' : '    '}${line}`,
  )
  return command === undefined ? lines : [...lines, `      ${command}`]
}

function tail(app: AppReport, options: TextOptions, style: Style): string[] {
  const ignored = app.findings.filter(({ suppressed }) => suppressed !== null)
  const listed = options.all
    ? ignored.map(
        ({ id, locations, suppressed }) =>
          `  ${id} ${locations[0]?.file}:${locations[0]?.line}  ${suppressed?.by}: ${suppressed?.reason}`,
      )
    : []
  const lines = [
    ...(ignored.length > 0
      ? [`${count(ignored.length, 'finding')} ignored${options.all ? ':' : '; --all lists them.'}`, ...listed]
      : []),
    ...(app.unsure > 0 ? [`${count(app.unsure, 'unsure finding')} left out; --all shows them.`] : []),
    ...(app.notLooked.length > 0
      ? ['Not looked at:', ...app.notLooked.map(({ what, why }) => `  ${what}: ${why}`)]
      : []),
  ]
  return lines.flatMap((line) =>
    wrap(line.trim(), options.width - 2).map((one, index) =>
      style.paint((line.startsWith(' ') || index > 0 ? '  ' : '') + one, 'grey'),
    ),
  )
}

function next({ apps }: Report, style: Style): string[] {
  const command = nextCommand(apps)
  return command === '' ? [] : ['', `Next: ${style.paint(command, 'bold')}`]
}

function remarks(report: Report, options: TextOptions, style: Style): string[] {
  const { baseline, patch } = report
  const lines: string[] = []
  if (patch.postponed.length > 0) lines.push(`${waiting(report)}: another change touches the same place.`)
  if (baseline && baseline.stale.length > 0)
    lines.push(
      `${baseline.file}: nothing matches ${baseline.stale.map(({ rule, file }) => `${rule} in ${file}`).join(', ')} any more; --update-baseline drops it.`,
    )
  if (patch.withheld.length > 0)
    lines.push(
      `No diff is shown for ${patch.withheld.join(', ')}: it would show a secret. --write --unsafe makes the change.`,
    )
  if (report.apps.length > 0 && report.notLooked.length > 0)
    lines.push(...report.notLooked.map(({ what, why }) => `Not read: ${what}: ${why}`))
  return lines.flatMap((line) => wrap(line, options.width)).map((line) => style.paint(line, 'grey'))
}
