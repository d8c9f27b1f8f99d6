import { summarise } from '../app-summary.js'
import { collectFacts, type Wanted } from '../collect/collect-facts.js'
import { bySeverity, isAtLeastAsSure } from '../confidence.js'
import type { Facts } from '../facts.js'
import type { Confidence } from '../finding.js'
import { Frames } from '../frame.js'
import { Ignores } from '../ignored.js'
import { Mask } from '../masking.js'
import { unmasked } from '../plan.js'
import type { NotLooked, Project } from '../project/project.js'
import type { AppReport, Finding, Report } from '../report.js'
import { ruleLink } from '../rule-link.js'
import { secretValues } from '../secret-values.js'
import { stepNames, stepOrder, stepTitles } from '../steps.js'
import { topologyOf } from '../topology-of.js'
import { verdictOf } from '../verdict.js'
import { liveAnswers } from './live-answers.js'
import type { LiveFacts } from './live-facts.js'
import { judgeLive, type LiveJudgement, type LiveOptions, type LiveResult, staleEntries } from './live-judgement.js'
import { liveVerdict } from './live-verdict.js'

export interface ExamineOptions extends Wanted, LiveOptions {
  /** Of this tool. */
  readonly version: string
  /** Findings less sure than this are left out and counted. */
  readonly minConfidence: Confidence
}

/** What was found out about the running set-up of one app. */
export interface Looked {
  readonly live: LiveFacts
  readonly notLooked: readonly NotLooked[]
  /** Values that nobody may see, in case a server quotes one. */
  readonly secrets: readonly string[]
}

interface Examined {
  readonly facts: Facts
  readonly seen: Looked
  readonly results: readonly LiveResult[]
}

/** The audit's walk with live facts: reads a project, lets `look` ask what runs, and judges what it answers. */
export async function examine(
  project: Project,
  options: ExamineOptions,
  look: (facts: Facts, apps: number) => Promise<Looked>,
): Promise<Report> {
  const found = await collectFacts(project, options)
  const ignores = new Ignores(project)
  const apps: Examined[] = []
  for (const facts of found) {
    const seen = await look(facts, found.length)
    apps.push({ facts, seen, results: judgeLive(facts, seen.live, options, ignores) })
  }
  const mask = new Mask(apps.flatMap(({ facts, seen }) => [...secretValues(facts), ...seen.secrets]))
  const frames = new Frames(project.text, mask)
  const { baseline } = options
  const report: Report = {
    schemaVersion: 1,
    tool: { name: 'koa-shared-session', version: options.version },
    apps: apps.map((app) => appReport(project, app, frames, options)),
    patch: { text: '', withheld: [], postponed: [] },
    baseline: baseline ? { file: baseline.file, stale: staleIn(baseline, apps, options) } : null,
    notLooked: project.unread,
  }
  return mask.deep(report, unmasked)
}

/** Where one app of several was looked at, what belongs to the others cannot be judged. */
function staleIn(
  baseline: NonNullable<LiveOptions['baseline']>,
  apps: readonly Examined[],
  { workspace }: ExamineOptions,
) {
  if (workspace !== undefined) return []
  return staleEntries(
    baseline,
    apps.flatMap(({ results }) => results),
  )
}

function appReport(
  project: Project,
  { facts, seen: { live, notLooked }, results }: Examined,
  frames: Frames,
  { minConfidence }: ExamineOptions,
): AppReport {
  const topology = topologyOf(facts, {})
  const judgements = results.flatMap((result) => result.judgements)
  const findings = judgements
    .filter(({ found }) => isAtLeastAsSure(found.confidence, minConfidence))
    .map((one) => findingOf(one, frames))
    .sort((a, b) => stepOrder(a.step) - stepOrder(b.step) || bySeverity(a.severity, b.severity))
  const stopping = results.flatMap(({ found }) => found.filter(({ stops }) => stops))
  return {
    ...summarise(project, facts, topology),
    verdict: liveVerdict(live, stopping, verdictOf(facts, topology)),
    answers: liveAnswers(live, facts, topology),
    findings,
    steps: stepNames.map((name, index) => ({
      n: index + 1,
      name,
      title: stepTitles[name],
      findings: findings.flatMap((finding, at) => (finding.step === name ? [at] : [])),
      actions: [],
    })),
    checks: { run: results.length, clean: results.filter(({ found }) => found.length === 0).length },
    unsure: judgements.length - findings.length,
    notLooked: [...notLooked],
    live,
  }
}

function findingOf({ rule, found, fingerprint, suppressed, isSetHere }: LiveJudgement, frames: Frames): Finding {
  const location = frames.location(found.at[0].place, undefined)
  return {
    id: rule.id,
    slug: rule.slug,
    step: rule.step,
    severity: found.severity,
    confidence: found.confidence,
    title: found.title,
    why: found.why,
    do: found.do,
    locations: [isSetHere ? location : { ...location, frame: [] }],
    fix: { grade: 'manual', diff: '', withheld: false, changes: [] },
    standards: rule.standards,
    docs: ruleLink(rule.id),
    fingerprint,
    suppressed,
  }
}
