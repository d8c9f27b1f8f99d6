import { summarise } from '../app-summary.js'
import { collectFacts, type Wanted } from '../collect/collect-facts.js'
import { bySeverity } from '../confidence.js'
import type { Facts } from '../facts.js'
import { fingerprint } from '../fingerprint.js'
import { Frames } from '../frame.js'
import { Mask } from '../masking.js'
import type { Place } from '../place.js'
import { unmasked } from '../plan.js'
import type { NotLooked, Project } from '../project/project.js'
import type { AppReport, Finding, FindingLocation, Report } from '../report.js'
import { ruleLink } from '../rule-link.js'
import { secretValues } from '../secret-values.js'
import { stepNames, stepOrder, stepTitles } from '../steps.js'
import { topologyOf } from '../topology-of.js'
import { verdictOf } from '../verdict.js'
import { liveAnswers } from './live-answers.js'
import type { LiveFacts } from './live-facts.js'
import type { LiveFound, LiveRule } from './live-rule.js'
import { liveVerdict } from './live-verdict.js'
import { liveRules } from './rules/index.js'

export interface ExamineOptions extends Wanted {
  /** Of this tool. */
  readonly version: string
  /** Environment files that were handed over, relative to the directory, POSIX. */
  readonly envFiles: readonly string[]
  readonly isWanted: (rule: LiveRule) => boolean
}

/** What was found out about the running set-up of one app. */
export interface Looked {
  readonly live: LiveFacts
  readonly notLooked: readonly NotLooked[]
  /** Values that nobody may see, in case a server quotes one. */
  readonly secrets: readonly string[]
}

interface Result {
  readonly rule: LiveRule
  readonly found: readonly LiveFound[]
}

/** The audit's walk with live facts: reads a project, lets `look` ask what runs, and judges what it answers. */
export async function examine(
  project: Project,
  options: ExamineOptions,
  look: (facts: Facts, apps: number) => Promise<Looked>,
): Promise<Report> {
  const found = await collectFacts(project, options)
  const looked: { facts: Facts; seen: Looked }[] = []
  for (const facts of found) looked.push({ facts, seen: await look(facts, found.length) })
  const mask = new Mask(looked.flatMap(({ facts, seen }) => [...secretValues(facts), ...seen.secrets]))
  const frames = new Frames(project.text, mask)
  const report: Report = {
    schemaVersion: 1,
    tool: { name: 'koa-shared-session', version: options.version },
    apps: looked.map(({ facts, seen }) => appReport(project, facts, seen, frames, options)),
    patch: { text: '', withheld: [], postponed: [] },
    baseline: null,
    notLooked: project.unread,
  }
  return mask.deep(report, unmasked)
}

function appReport(
  project: Project,
  facts: Facts,
  { live, notLooked }: Looked,
  frames: Frames,
  { isWanted, envFiles }: ExamineOptions,
): AppReport {
  const topology = topologyOf(facts, {})
  const results = liveRules.filter(isWanted).map((rule): Result => ({ rule, found: rule.find(live) }))
  const findings = results
    .flatMap(({ rule, found }) => found.map((one, nth) => findingOf(rule, one, nth, facts, frames, envFiles)))
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
    unsure: 0,
    notLooked: [...notLooked],
    live,
  }
}

function findingOf(
  rule: LiveRule,
  found: LiveFound,
  nth: number,
  facts: Facts,
  frames: Frames,
  envFiles: readonly string[],
): Finding {
  const location = locationOf(found.variables ?? [], facts, frames, envFiles)
  return {
    id: rule.id,
    slug: rule.slug,
    step: rule.step,
    severity: found.severity,
    confidence: 'high',
    title: found.title,
    why: found.why,
    do: found.do,
    locations: [location],
    fix: { grade: 'manual', diff: '', withheld: false, changes: [] },
    standards: rule.standards,
    docs: ruleLink(rule.id),
    // What a server says changes from run to run; the rule and the place do not.
    fingerprint: fingerprint(rule.id, location.file, (found.variables ?? []).join(), nth + 1),
    suppressed: null,
  }
}

/** Where a file that was handed over sets the variable; else where the app mounts its sessions, or begins. */
function locationOf(
  variables: readonly string[],
  facts: Facts,
  frames: Frames,
  envFiles: readonly string[],
): FindingLocation {
  for (const name of variables) {
    const set = facts.variables.filter((one) => one.name === name && envFiles.includes(one.place.file)).at(-1)
    if (set) return frames.location(set.place, undefined)
  }
  const place = facts.sessions[0]?.place ?? facts.framework.instances[0]?.place ?? startOf(facts)
  return { ...frames.location(place, undefined), frame: [] }
}

function startOf({ app }: Facts): Place {
  return { file: app.entry ?? app.packageFile ?? 'package.json', start: 0, end: 0, line: 1, column: 1 }
}
