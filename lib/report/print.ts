import type { Report } from '../audit/report.js'
import type { Format } from './format-names.js'
import type { TextOptions } from './text.js'

export interface PrintOptions extends TextOptions {
  /** The way from the repository's root to the audited directory, with a slash at its end; empty where they are one. */
  readonly prefix: string
}

/** The report in one format. Only the reporter that is asked for is loaded. */
export async function print(report: Report, format: Format, options: PrintOptions): Promise<string> {
  switch (format) {
    case 'text':
      return (await import('./text.js')).text(report, options)
    case 'json':
      return (await import('./json.js')).json(report)
    case 'diff':
      return (await import('./diff.js')).diff(report)
    case 'md':
      return (await import('./markdown.js')).markdown(report)
    case 'sarif':
      return (await import('./sarif.js')).sarif(report, options.prefix)
    case 'html':
      return (await import('./html.js')).html(report)
    case 'github':
      return (await import('./github.js')).github(report, options.prefix)
  }
}
