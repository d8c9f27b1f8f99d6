import { describedRule } from '../audit/described-rules.js'
import type { RuleDescription } from '../audit/diagnostics.js'
import type { Finding, FindingLocation, Report } from '../audit/report.js'
import { ruleLink } from '../audit/rule-link.js'
import { artifact, changes, region } from './sarif-places.js'

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

/** The report as SARIF 2.1.0 (OASIS, errata 01). `prefix`: the way from the repository's root to the audited directory. */
export function sarif(report: Report, prefix = ''): string {
  const findings = report.apps.flatMap((app) => app.findings)
  const ids = [...new Set(findings.map(({ id }) => id))].sort()
  const weaknesses = [...new Set(findings.flatMap(({ standards }) => standards.flatMap(weaknessOf)))].sort(
    (a, b) => a - b,
  )
  const run = {
    tool: {
      driver: {
        name: report.tool.name,
        version: report.tool.version,
        informationUri: 'https://www.npmjs.com/package/koa-shared-session',
        rules: ids.map((id) =>
          descriptor(
            id,
            findings.filter((finding) => finding.id === id),
            weaknesses,
          ),
        ),
        notifications: [notificationDescriptor()],
        ...(weaknesses.length > 0 ? { supportedTaxonomies: [{ name: 'CWE', index: 0 }] } : {}),
      },
    },
    ...(weaknesses.length > 0 ? { taxonomies: [taxonomy(weaknesses)] } : {}),
    invocations: [{ executionSuccessful: true, toolExecutionNotifications: notifications(report, prefix) }],
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: {
      '%SRCROOT%': { description: { text: 'The root of the repository, or the directory that was audited.' } },
    },
    results: findings.map((finding) => result(finding, ids.indexOf(finding.id), prefix)),
    properties: { apps: report.apps.map(({ dir, name, verdict, target }) => ({ dir, name, verdict, target })) },
  }
  return `${JSON.stringify({ $schema: schema, version: '2.1.0', runs: [run] }, undefined, 2)}\n`
}

function descriptor(id: string, findings: readonly Finding[], weaknesses: readonly number[]) {
  const [first] = findings
  const rule = describedRule(id)
  const own = (first?.standards ?? []).flatMap(weaknessOf)
  const worst =
    (['error', 'warning', 'note'] as const).find((one) => findings.some(({ severity }) => severity === one)) ?? 'note'
  const least =
    (['low', 'medium', 'high'] as const).find((one) => findings.some(({ confidence }) => confidence === one)) ?? 'high'
  return {
    id,
    name: pascal(first?.slug ?? id),
    shortDescription: { text: rule?.text.summary ?? first?.title ?? id },
    fullDescription: { text: rule ? `${rule.text.summary} ${rule.text.why}` : (first?.why ?? id) },
    help: help(rule, first),
    helpUri: first?.docs ?? ruleLink(id),
    defaultConfiguration: { level: worst },
    ...(own.length > 0 ? { relationships: own.map((weakness) => relationship(weakness, weaknesses)) } : {}),
    properties: {
      tags: ['sessions', ...(own.length > 0 ? ['security'] : []), ...own.map((number) => `external/cwe/cwe-${number}`)],
      precision: least,
      'problem.severity': worst === 'note' ? 'recommendation' : worst,
      ...(own.length > 0 ? { 'security-severity': { error: '8.0', warning: '5.5', note: '3.0' }[worst] } : {}),
    },
  }
}

function help(rule: RuleDescription | undefined, first: Finding | undefined) {
  if (rule === undefined) return { text: first?.do ?? '' }
  const { summary, why, remedy, exceptions } = rule.text
  return {
    text: [summary, why, remedy].join('\n\n'),
    markdown: `${summary}\n\n## Why it matters\n\n${why}\n\n## What to do\n\n${remedy}\n\n## Exceptions\n\n${exceptions}`,
  }
}

function result(finding: Finding, ruleIndex: number, prefix: string) {
  const [first, ...others] = finding.locations
  const edits = changes(finding, prefix)
  return {
    ruleId: finding.id,
    ruleIndex,
    level: finding.severity,
    message: { text: `${finding.title}. ${finding.why} ${finding.do}` },
    locations: first ? [{ physicalLocation: physical(first, prefix) }] : [],
    ...(others.length > 0
      ? {
          relatedLocations: others.map((location, id) => ({
            id: id + 1,
            physicalLocation: physical(location, prefix),
            ...(location.note ? { message: { text: location.note } } : {}),
          })),
        }
      : {}),
    partialFingerprints: { 'kss/v1': finding.fingerprint },
    ...(finding.suppressed ? { suppressions: [suppression(finding.suppressed)] } : {}),
    ...(edits.length > 0 ? { fixes: [{ description: { text: finding.do }, artifactChanges: edits }] } : {}),
    properties: { step: finding.step, confidence: finding.confidence, fix: finding.fix.grade },
  }
}

function suppression({ by, reason }: NonNullable<Finding['suppressed']>) {
  return { kind: by === 'inline' ? 'inSource' : 'external', status: 'accepted', justification: reason }
}

function physical(location: FindingLocation, prefix: string) {
  const [above] = location.frame
  const text = location.frame.map((line) => line.text).join('\n')
  return {
    artifactLocation: artifact(location.file, prefix),
    region: region(location),
    // The region must hold more than the place itself, or it is left out (3.29.5).
    ...(above && above.line < location.line
      ? { contextRegion: { startLine: above.line, endLine: location.line, snippet: { text } } }
      : {}),
  }
}

function notifications(report: Report, prefix: string) {
  const files = [...report.apps.flatMap(({ notLooked }) => notLooked), ...report.notLooked]
  return files.map(({ what, why }) => ({
    descriptor: { id: 'KSS001', index: 0 },
    level: 'note',
    message: { text: `${what}: ${why}` },
    ...(isPath(what) ? { locations: [{ physicalLocation: { artifactLocation: artifact(what, prefix) } }] } : {}),
  }))
}

/** A name of a file, not a question in words. */
function isPath(what: string): boolean {
  return /^[^\s?]+\.[\w-]+$/.test(what)
}

function notificationDescriptor() {
  const rule = describedRule('KSS001')
  return {
    id: 'KSS001',
    name: pascal(rule?.slug ?? ''),
    shortDescription: { text: rule?.text.summary ?? '' },
    helpUri: ruleLink('KSS001'),
  }
}

function taxonomy(weaknesses: readonly number[]) {
  return {
    name: 'CWE',
    organization: 'MITRE',
    informationUri: 'https://cwe.mitre.org/',
    shortDescription: { text: 'Common Weakness Enumeration' },
    taxa: weaknesses.map((number) => ({
      id: String(number),
      helpUri: `https://cwe.mitre.org/data/definitions/${number}.html`,
    })),
  }
}

function relationship(weakness: number, weaknesses: readonly number[]) {
  const index = weaknesses.indexOf(weakness)
  return {
    target: { id: String(weakness), index, toolComponent: { name: 'CWE', index: 0 } },
    kinds: ['relevant'],
  }
}

function weaknessOf(standard: string): number[] {
  const number = /^CWE-(\d+)$/.exec(standard)?.[1]
  return number === undefined ? [] : [Number(number)]
}

function pascal(slug: string): string {
  return slug.replace(/(^|-)(\w)/g, (_match, _dash, letter: string) => letter.toUpperCase())
}
