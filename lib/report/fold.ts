import type { AppReport, Finding, FindingLocation, Step } from '../audit/report.js'

/** Findings that say the same of several places. */
export interface Folded {
  readonly finding: Finding
  /** The first locations of the others. */
  readonly more: readonly FindingLocation[]
}

/** The findings of a step; those that say the same become one. */
export function foldedOf(app: AppReport, step: Step): readonly Folded[] {
  const groups = new Map<string, Finding[]>()
  for (const index of step.findings) {
    const finding = app.findings[index]
    if (finding === undefined) continue
    const key = [finding.id, finding.severity, finding.title, finding.why, finding.do].join('\0')
    groups.set(key, [...(groups.get(key) ?? []), finding])
  }
  return [...groups.values()].flatMap(([finding, ...others]) =>
    finding ? [{ finding, more: others.flatMap(({ locations }) => locations.slice(0, 1)) }] : [],
  )
}
