import type { Report } from '../audit/report.js'

/** Only the patch, for `git apply`; empty when nothing can be changed by a machine. */
export function diff(report: Report): string {
  return report.patch.text
}
