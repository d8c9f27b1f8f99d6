import type { Report } from '../audit/report.js'

/** The report as schema/migrate-v1.json describes it. */
export function json(report: Report): string {
  return `${JSON.stringify(report, undefined, 2)}\n`
}
