import { summarise } from './app-summary.js'
import { type Baseline, entryFor } from './baseline.js'
import { bySeverity, isAtLeastAsSure } from './confidence.js'
import { diagnostics } from './diagnostics.js'
import type { Confidence, Edit } from './finding.js'
import { FixReports } from './fix-report.js'
import { Frames } from './frame.js'
import { Ignores } from './ignored.js'
import { type JudgedApp, type Judgement, judge } from './judged.js'
import { Mask } from './masking.js'
import type { Project } from './project/project.js'
import type { AppReport, BaselineEntry, Finding, Report } from './report.js'
import { ruleLink } from './rule-link.js'
import { secretValues } from './secret-values.js'
import { settingsSecrets } from './settings-secrets.js'
import { stepOrder, stepsFor } from './steps.js'

export interface PlanOptions {
  /** Of this tool. */
  readonly version: string
  /** Findings less sure than this are left out and counted. */
  readonly minConfidence: Confidence
  readonly baseline: Baseline | undefined
  /** Only one app of several was audited: what belongs to the others cannot be judged. */
  readonly oneOfSeveral: boolean
  /** Files that `--write` has changed in this run. */
  readonly written?: ReadonlySet<string> | undefined
}

/** The report, and the changes to make: by `--write`, and by `--write --unsafe`, which makes the safe ones too. */
export interface Plan {
  readonly report: Report
  readonly edits: { readonly safe: readonly Edit[]; readonly review: readonly Edit[] }
}

interface Planned {
  readonly app: JudgedApp
  readonly judgements: readonly Judgement[]
}

/** What is never masked, since it is no text of the app or must stay whole: paths, ids, and frames, masked already. */
export const unmasked: ReadonlySet<string> = new Set(
  `schemaVersion tool dir entry library kind when modules file id slug step severity confidence grade
  standards docs fingerprint frame rule added`.split(/\s+/),
)

/** Orders what was found into the report: steps, fingerprints, frames, ignores, changes. It holds no secret. */
export async function plan(project: Project, apps: readonly JudgedApp[], options: PlanOptions): Promise<Plan> {
  const mask = new Mask([...apps.flatMap(({ facts }) => secretValues(facts)), ...(await besideFindings(project, apps))])
  const fixes = new FixReports(project, mask)
  const planned = judgeAll(project, apps, mask, options)
  const frames = new Frames(project.text, mask)
  const reports = await Promise.all(planned.map((one) => appReport(project, one, frames, fixes, options)))
  const toMend = planned.flatMap(({ judgements }) =>
    judgements.filter((one) => isShown(one, options) && !one.suppressed),
  )
  const { patch, ...edits } = await fixes.together(toMend)
  const report: Report = {
    schemaVersion: 1,
    tool: { name: 'koa-shared-session', version: options.version },
    apps: reports,
    patch,
    baseline: options.baseline ? { file: options.baseline.file, stale: stale(planned, options) } : null,
    notLooked: project.unread,
  }
  return { report: mask.deep(report, unmasked), edits }
}

/** Secrets of settings that no key is made of, in the files whose lines the report shows. */
async function besideFindings(project: Project, apps: readonly JudgedApp[]): Promise<readonly string[]> {
  const found = apps.flatMap(({ results }) => results.flatMap((result) => result.found))
  const files = new Set(
    found.flatMap(({ at, fix }) => [
      ...at.map(({ place }) => place.file),
      ...(fix?.edits ?? []).map(({ file }) => file),
    ]),
  )
  const secrets = [...files].map((file) => settingsSecrets(file, project.text(file) ?? ''))
  return (await Promise.all(secrets)).flat()
}

function judgeAll(project: Project, apps: readonly JudgedApp[], mask: Mask, options: PlanOptions): readonly Planned[] {
  const ignores = new Ignores(project)
  const entries = options.baseline?.entries ?? []
  const planned = apps.map((app) => ({
    app,
    judgements: judge(app.results, project.text, mask).map((one) => accepted(ignores.applied(one), entries)),
  }))
  const isLooked = (file: string) => !options.oneOfSeveral || apps.some(({ facts }) => isBelow(file, facts.app.dir))
  const unused = ignores.unused(rulesOf(apps), isLooked)
  const lost = judge([{ rule: diagnostics.unusedIgnore, found: unused }], project.text, mask)
  return planned.map(({ app, judgements }) => {
    const own = lost.filter((one) => ownerOf(one.found.at[0].place.file, apps) === app)
    return { app, judgements: [...judgements, ...own].sort(inOrder) }
  })
}

async function appReport(
  project: Project,
  { app, judgements }: Planned,
  frames: Frames,
  fixes: FixReports,
  options: PlanOptions,
): Promise<AppReport> {
  const { facts, topology, verdict, answers, results } = app
  const shown = judgements.filter((one) => isShown(one, options))
  const findings: Finding[] = []
  for (const one of shown) findings.push(await findingOf(one, frames, fixes))
  return {
    ...summarise(project, facts, topology),
    verdict,
    answers,
    findings,
    steps: stepsFor(
      { facts, topology, installs: options.written?.has(facts.app.packageFile ?? '') === true },
      findings,
    ),
    checks: { run: results.length, clean: results.filter(({ found }) => found.length === 0).length },
    unsure: judgements.length - shown.length,
    notLooked: facts.notLooked,
  }
}

async function findingOf(judgement: Judgement, frames: Frames, fixes: FixReports): Promise<Finding> {
  const { rule, found } = judgement
  return {
    id: rule.id,
    slug: rule.slug,
    step: rule.step,
    severity: found.severity,
    confidence: found.confidence,
    title: found.title,
    why: found.why,
    do: found.do,
    locations: found.at.map(({ place, note }) => frames.location(place, note)),
    fix: await fixes.of(judgement),
    standards: rule.standards,
    docs: ruleLink(rule.id),
    fingerprint: judgement.fingerprint,
    suppressed: judgement.suppressed,
  }
}

function accepted(judgement: Judgement, entries: readonly BaselineEntry[]): Judgement {
  if (judgement.suppressed !== null) return judgement
  const entry = entryFor({ id: judgement.rule.id, fingerprint: judgement.fingerprint }, entries)
  return entry === undefined ? judgement : { ...judgement, suppressed: { by: 'baseline', reason: entry.reason } }
}

/** Entries that match nothing, of rules that ran. */
function stale(planned: readonly Planned[], { baseline, oneOfSeveral }: PlanOptions): readonly BaselineEntry[] {
  const rules = new Set(rulesOf(planned.map(({ app }) => app)).map(({ id }) => id))
  const found = planned.flatMap(({ judgements }) => judgements)
  const isFound = (entry: BaselineEntry) =>
    found.some((one) => one.rule.id === entry.rule && one.fingerprint === entry.fingerprint)
  const entries = oneOfSeveral ? [] : (baseline?.entries ?? [])
  return entries.filter((entry) => rules.has(entry.rule) && !isFound(entry))
}

function rulesOf(apps: readonly JudgedApp[]) {
  return apps.flatMap(({ results }) => results.map(({ rule }) => rule))
}

function isShown(judgement: Judgement, { minConfidence }: PlanOptions): boolean {
  return isAtLeastAsSure(judgement.found.confidence, minConfidence)
}

/** The app whose directory holds the file, the deepest; the first one for files above all. */
function ownerOf(file: string, apps: readonly JudgedApp[]): JudgedApp | undefined {
  const holding = apps.filter(({ facts }) => isBelow(file, facts.app.dir))
  return holding.sort((a, b) => b.facts.app.dir.length - a.facts.app.dir.length)[0] ?? apps[0]
}

function isBelow(file: string, dir: string): boolean {
  return dir === '.' || file.startsWith(`${dir}/`)
}

function inOrder(a: Judgement, b: Judgement): number {
  const [one, other] = [a.found.at[0].place, b.found.at[0].place]
  return (
    stepOrder(a.rule.step) - stepOrder(b.rule.step) ||
    bySeverity(a.found.severity, b.found.severity) ||
    compare(one.file, other.file) ||
    one.start - other.start ||
    compare(a.rule.id, b.rule.id)
  )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
