import type { AppReport, Finding, FindingLocation, Report, Step } from '../audit/report.js'
import { type Folded, foldedOf } from './fold.js'
import { cell, code, fenced, indented, paragraphs, sentence } from './markdown-text.js'
import {
  count,
  counts,
  framework,
  goalOf,
  isReady,
  lookedFor,
  mendedBy,
  open,
  standing,
  targetOf,
  waiting,
} from './words.js'

/** What a comment on GitHub may hold, in characters. */
const largest = 65_536

/** How much of each finding is told. The guide takes the first of these that fits. */
interface Detail {
  readonly frames: boolean
  readonly diffs: boolean
  readonly why: boolean
}

const details: readonly Detail[] = [
  { frames: true, diffs: true, why: true },
  { frames: false, diffs: true, why: true },
  { frames: false, diffs: false, why: true },
  { frames: false, diffs: false, why: false },
]

/** The migration guide of these apps, with a box to tick for each thing to do. It fits into a comment on GitHub. */
export function markdown(report: Report): string {
  for (const detail of details) {
    const text = guide(report, detail)
    if (text.length <= largest) return text
  }
  const note = '\n\nThe rest is too long for one page; `koa-shared-session migrate` prints it.\n'
  const text = guide(report, { frames: false, diffs: false, why: false })
  return text.slice(0, text.lastIndexOf('\n- [ ]', largest - note.length)) + note
}

function guide(report: Report, detail: Detail): string {
  const apps = report.apps.map((app) => appGuide(app, detail))
  const nothing = [
    '# No server app was found here',
    lookedFor,
    report.notLooked.map(({ what, why }) => `- ${code(what)}: ${sentence(why)}`).join('\n'),
  ]
  const blocks = report.apps.length === 0 ? nothing : apps.flat()
  return `${[...blocks, ...remarks(report), `Made by koa-shared-session ${report.tool.version}.`].filter(Boolean).join('\n\n')}\n`
}

function appGuide(app: AppReport, detail: Detail): string[] {
  const where = app.dir === '.' ? '' : ` (${code(app.dir)})`
  const busy = app.steps.filter((step) => step.findings.length + step.actions.length > 0)
  const idle = app.steps.filter((step) => !busy.includes(step))
  return [
    `# ${app.live ? 'What runs' : 'Migration guide'}: ${sentence(app.name)}${where}`,
    `**${isReady(app) ? `Ready for ${targetOf(app)}` : standing(app)}** – ${sentence(app.verdict.why)}`,
    answers(app),
    `${counts(open(app))}. ${app.checks.clean} of ${app.checks.run} checks found nothing.`,
    ...busy.flatMap((step) => stepGuide(app, step, detail)),
    ...(idle.length > 0 && !app.live
      ? [`Nothing to do: ${idle.map(({ n, title }) => `${n}. ${title}`).join('; ')}.`]
      : []),
    ...notes(app),
  ]
}

function answers(app: AppReport): string {
  const rows = [
    ['App', `${framework(app)}${app.entry ? `, entry \`${app.entry}\`` : ''}`],
    ['Processes', app.answers.processes],
    ['Sessions', app.answers.store],
    ['Key', app.answers.secret],
    ...(app.live ? [] : [['Target', goalOf(app)]]),
  ]
  return ['| Question | Answer |', '| --- | --- |', ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`)].join('\n')
}

function stepGuide(app: AppReport, step: Step, detail: Detail): string[] {
  return [
    `## ${step.n}. ${step.title}`,
    ...foldedOf(app, step).map((folded) => findingGuide(folded, detail)),
    ...step.actions.map((action) => `- [ ] ${sentence(action)}`),
  ]
}

function findingGuide({ finding, more }: Folded, detail: Detail): string {
  const [first, ...others] = finding.locations
  const places = [first, ...more].flatMap((location) => (location ? [code(place(location))] : []))
  const sure = finding.confidence === 'high' ? '' : `, ${finding.confidence} confidence`
  const head = `- [ ] **${finding.id}** ${sentence(finding.title)} (${finding.severity}${sure}) – ${places.slice(0, 5).join(', ')}${places.length > 5 ? ` and ${places.length - 5} more` : ''}`
  if (!detail.why) return head
  const parts = [
    ...paragraphs(finding.why),
    ...paragraphs(finding.do),
    ...change(finding, detail),
    ...others.map((location) => `See ${code(place(location))}${location.note ? `: ${sentence(location.note)}` : ''}`),
    ...(detail.frames && first && first.frame.length > 0 ? [frame(first)] : []),
    `[${finding.id} ${finding.slug}](${finding.docs})`,
  ]
  return [head, ...parts.map(indented)].join('\n\n')
}

function change(finding: Finding, { diffs }: Detail): string[] {
  if (finding.fix.withheld)
    return [`The change is not shown, since it would show a secret; \`${mendedBy(finding)}\` makes it.`]
  const how = mendedBy(finding)
  if (how === '') return []
  return [...(diffs ? [fenced(finding.fix.diff, 'diff')] : []), `Made by \`${how}\`.`]
}

function frame({ frame: lines }: FindingLocation): string {
  const digits = Math.max(...lines.map(({ line }) => String(line).length))
  const shown = lines.map(
    ({ line, text, from, to }) => `${to > from ? '>' : ' '} ${String(line).padStart(digits)} | ${text}`,
  )
  return `<details><summary>Source</summary>\n\n${fenced(shown.join('\n'), 'text')}\n\n</details>`
}

function notes(app: AppReport): string[] {
  const ignored = app.findings.filter(({ suppressed }) => suppressed !== null)
  return [
    ...(ignored.length > 0
      ? [
          `Ignored: ${ignored.map(({ id, locations, suppressed }) => `${id} in ${code(locations[0]?.file ?? '')} (${sentence(suppressed?.reason ?? '')})`).join('; ')}.`,
        ]
      : []),
    ...(app.unsure > 0 ? [`${count(app.unsure, 'unsure finding')} left out; \`--all\` shows them.`] : []),
    ...(app.notLooked.length > 0
      ? [
          ['Not looked at:', '', ...app.notLooked.map(({ what, why }) => `- ${code(what)}: ${sentence(why)}`)].join(
            '\n',
          ),
        ]
      : []),
  ]
}

function remarks(report: Report): string[] {
  const { patch, baseline, apps, notLooked } = report
  const files = patch.withheld.map(code).join(', ')
  return [
    ...(patch.postponed.length > 0 ? [`${sentence(waiting(report))}: another change touches the same place.`] : []),
    ...(files === ''
      ? []
      : [`No diff is shown for ${files}: it would show a secret. \`--write --unsafe\` makes the change.`]),
    ...(baseline?.stale.map(
      ({ rule, file }) => `${code(baseline.file)}: nothing matches ${rule} in ${code(file)} any more.`,
    ) ?? []),
    ...(apps.length > 0 ? notLooked.map(({ what, why }) => `Not read: ${code(what)}: ${sentence(why)}`) : []),
  ]
}

function place({ file, line }: FindingLocation): string {
  return `${file}:${line}`
}
