import type { Finding, Report } from '../audit/report.js'
import { open } from './words.js'

/**
 * Annotations for GitHub Actions, one a line: workflow commands `::error file=…::message`. `prefix` is the way from
 * the repository's root to the audited directory.
 */
export function github(report: Report, prefix = ''): string {
  return report.apps
    .flatMap(open)
    .map((finding) => `${annotation(finding, prefix)}\n`)
    .join('')
}

function annotation(finding: Finding, prefix: string): string {
  const { id, slug, title, why, locations } = finding
  const [first] = locations
  const command = { error: 'error', warning: 'warning', note: 'notice' }[finding.severity]
  const place = first
    ? [
        ['file', `${prefix}${first.file}`],
        ['line', String(first.line)],
        ['endLine', String(first.endLine)],
        // Columns are taken for one line only.
        ...(first.endLine === first.line
          ? [
              ['col', String(first.column)],
              ['endColumn', String(first.endColumn)],
            ]
          : []),
      ]
    : []
  const properties = [...place, ['title', `${id} ${slug}`]].map(([name, value]) => `${name}=${property(value ?? '')}`)
  return `::${command} ${properties.join(',')}::${data(`${title}\n${why}\n${finding.do}`)}`
}

/** What a message must not hold, percent-encoded as the runner decodes it. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
