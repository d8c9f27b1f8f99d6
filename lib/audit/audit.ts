import { answersOf } from './answers.js'
import type { Baseline } from './baseline.js'
import { collectFacts } from './collect/collect-facts.js'
import type { Facts } from './facts.js'
import type { Confidence, Found, Rule } from './finding.js'
import type { JudgedApp, RuleResult } from './judged.js'
import { type Plan, plan } from './plan.js'
import type { NotLooked, Project } from './project/project.js'
import { rules } from './rules/index.js'
import type { Topology } from './topology.js'
import { topologyOf } from './topology-of.js'
import { verdictOf } from './verdict.js'

export interface AuditOptions {
  /** Of this tool. */
  readonly version: string
  /** The file that starts the server, relative to the directory. */
  readonly entry: string | undefined
  readonly workers: number | 'auto' | undefined
  readonly hosts: number | undefined
  readonly store: 'redis' | 'file' | undefined
  /** Environment files that hold for production; the last one wins. Undefined: those found. */
  readonly envFiles: readonly string[] | undefined
  /** One app of several: its name or directory. */
  readonly workspace: string | undefined
  readonly isWanted: (rule: Rule) => boolean
  readonly minConfidence: Confidence
  readonly baseline: Baseline | undefined
  /** Files that `--write` has changed in this run. */
  readonly written?: ReadonlySet<string> | undefined
  readonly progress: ((done: number, total: number) => void) | undefined
}

/** Reads a project: facts, rules, plan. */
export async function audit(project: Project, options: AuditOptions): Promise<Plan> {
  const wanted = rules.filter(options.isWanted)
  const apps: JudgedApp[] = []
  for (const facts of await collectFacts(project, options)) {
    const topology = topologyOf(facts, options)
    const { results, failed } = look(
      wanted.filter((rule) => concerns(rule, facts)),
      facts,
      topology,
    )
    apps.push({
      facts: { ...facts, notLooked: [...facts.notLooked, ...failed] },
      topology,
      verdict: verdictOf(facts, topology),
      answers: answersOf(facts, topology),
      results,
    })
  }
  return plan(project, apps, {
    version: options.version,
    minConfidence: options.minConfidence,
    baseline: options.baseline,
    oneOfSeveral: options.workspace !== undefined,
    written: options.written,
  })
}

/** Koa 0 and 1 are read and advised, never written. */
function advisedOnly(found: Found, { framework }: Facts): Found {
  return framework.generators ? { ...found, fix: { grade: 'manual', edits: [] } } : found
}

/** What is said of Koa's options and middleware means nothing to a Flask app. */
const ofAnyLanguage = /^(PYX|SEC0[367]|RDS0[23]|PRC04|PRX04|MEM01)/

function concerns({ id }: Rule, { python, framework }: Facts): boolean {
  return python === undefined || framework.name !== 'flask' || ofAnyLanguage.test(id)
}

/** A rule that fails must not take the others with it. */
function look(
  wanted: readonly Rule[],
  facts: Facts,
  topology: Topology,
): { results: readonly RuleResult[]; failed: readonly NotLooked[] } {
  const results: RuleResult[] = []
  const failed: NotLooked[] = []
  for (const rule of wanted) {
    try {
      results.push({ rule, found: rule.find(facts, topology).map((found) => advisedOnly(found, facts)) })
    } catch (error) {
      failed.push({ what: rule.id, why: `the rule failed: ${error instanceof Error ? error.message : String(error)}` })
    }
  }
  return { results, failed }
}
