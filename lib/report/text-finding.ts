import type { Severity } from '../audit/finding.js'
import type { Finding, FindingLocation } from '../audit/report.js'
import type { Folded } from './fold.js'
import type { Colour, Style } from './style.js'
import type { TextOptions } from './text.js'
import { mendedBy } from './words.js'
import { columns, cutTo, wrap } from './wrap.js'

const signs: Record<Severity, { sign: string; colour: Colour }> = {
  error: { sign: '✖', colour: 'red' },
  warning: { sign: '▲', colour: 'yellow' },
  note: { sign: '●', colour: 'blue' },
}

const mostDiffLines = 14
const mostFolded = 3

/** One finding: what, where, why, what to do, the change, what proves it. */
export function findingText({ finding, more }: Folded, options: TextOptions, style: Style): string[] {
  const [first, ...others] = finding.locations
  const head = headLines(finding, first, options, style)
  if (options.quiet) return [...head, ...foldedLines(more, style)]
  const part = (label: string, lines: readonly string[]) =>
    lines.map((line, index) => `  ${style.paint((index === 0 ? label : '').padEnd(6), 'grey')}${line}`)
  const wide = options.width - 8
  return [
    ...head,
    ...(first ? frameText(first, options, style, signs[finding.severity].colour) : []),
    ...foldedLines(more, style),
    ...part('why', wrap(finding.why, wide)),
    ...part('do', wrap(finding.do, wide)),
    ...part('diff', diffLines(finding, wide, style)),
    ...part(
      'also',
      others.flatMap((location) => wrap(`${placeOf(location)}  ${location.note ?? ''}`.trimEnd(), wide)),
    ),
    ...(options.links ? part('docs', [style.paint(finding.docs, 'grey')]) : []),
  ]
}

function headLines(
  finding: Finding,
  first: FindingLocation | undefined,
  { width }: TextOptions,
  style: Style,
): string[] {
  const { sign, colour } = signs[finding.severity]
  const place = first ? placeOf(first) : ''
  const how = mendedBy(finding)
  const mended = how === '' ? '' : how === '--write' ? 'fixable' : 'fixable (unsafe)'
  const sure = finding.confidence === 'high' ? '' : `${finding.confidence} confidence`
  const name = `${finding.id} ${finding.slug}`
  const rest = [place, mended, sure].filter(Boolean).join('  ')
  const isShort = columns(`  x ${name}  ${rest}`) <= width
  const painted = `  ${style.paint(`${sign} ${finding.id}`, colour, 'bold')} ${style.paint(finding.slug, 'bold')}`
  const lines = isShort ? [`${painted}  ${rest}`] : [painted, `    ${rest}`]
  return [...lines, ...wrap(finding.title, width - 4).map((line) => `    ${line}`)]
}

/** The place as terminals and editors open it. */
function placeOf({ file, line, column }: FindingLocation): string {
  return `${file}:${line}:${column}`
}

function foldedLines(more: readonly FindingLocation[], style: Style): string[] {
  if (more.length === 0) return []
  const named = more.slice(0, mostFolded).map(placeOf).join(', ')
  const rest = more.length > mostFolded ? ', …' : ''
  return [`    ${style.paint(`and ${more.length} more: ${named}${rest}`, 'grey')}`]
}

function frameText({ frame }: FindingLocation, { width }: TextOptions, style: Style, colour: Colour): string[] {
  const digits = Math.max(...frame.map(({ line }) => String(line).length), 0)
  const room = width - digits - 7
  return frame.flatMap(({ line, text, from, to }) => {
    const isPlace = to > from
    const number = String(line).padStart(digits)
    const shown = `  ${style.paint(isPlace ? '>' : ' ', colour)} ${style.paint(`${number} │`, 'grey')} ${cutTo(text, room)}`
    if (!isPlace) return [shown]
    const lead = columns(text.slice(0, from).replaceAll('\t', '  '))
    const length = Math.min(columns(text.slice(from, to).replaceAll('\t', '  ')), room - lead)
    if (length < 1) return [shown]
    const marks = style.paint('^'.repeat(length), colour)
    return [shown, `    ${' '.repeat(digits)} ${style.paint('│', 'grey')} ${' '.repeat(lead)}${marks}`]
  })
}

/** The lines that change; the patch has the rest. */
function diffLines(finding: Finding, width: number, style: Style): string[] {
  const { fix } = finding
  if (fix.withheld) return [...wrap(`not shown, since it would show a secret; ${mendedBy(finding)} makes it`, width)]
  const lines = fix.diff.split('\n').filter((line) => /^[+-]/.test(line) && !/^(---|\+\+\+) /.test(line))
  const files = fix.diff.split('\n').filter((line) => line.startsWith('+++ ')).length
  const shown = lines
    .slice(0, mostDiffLines)
    .map((line) =>
      style.paint(cutTo(`${line[0]} ${line.slice(1)}`.trimEnd(), width), line.startsWith('+') ? 'green' : 'red'),
    )
  const hidden = lines.length - shown.length
  const rest = hidden > 0 ? [style.paint(`… ${hidden} more lines; --diff prints them`, 'grey')] : []
  return [...shown, ...rest, ...(files > 1 ? [style.paint(`in ${files} files`, 'grey')] : [])]
}
