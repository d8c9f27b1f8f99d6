import type { Change, Finding, FindingLocation } from '../audit/report.js'

/** A file as SARIF names it: a relative reference (RFC 3986), percent-encoded. */
export function artifact(file: string, prefix: string) {
  const uri = `${prefix}${file}`.split('/').map(encodeURIComponent).join('/')
  return { uri, uriBaseId: '%SRCROOT%' }
}

export function region({ line, column, endLine, endColumn }: FindingLocation) {
  return { startLine: line, startColumn: column, endLine, endColumn }
}

/** The change of a finding, file by file. */
export function changes({ fix }: Finding, prefix: string) {
  const files = [...new Set(fix.changes.map(({ file }) => file))]
  return files.map((file) => ({
    artifactLocation: artifact(file, prefix),
    replacements: fix.changes.filter((change) => change.file === file).map(replacement),
  }))
}

function replacement({ startLine, startColumn, endLine, endColumn, text }: Change) {
  return {
    deletedRegion: { startLine, startColumn, endLine, endColumn },
    ...(text === '' ? {} : { insertedContent: { text } }),
  }
}
