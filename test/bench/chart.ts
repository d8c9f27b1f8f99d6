/** Bars of one thing that is compared, one for each series. */
export interface ChartRow {
  readonly name: string
  readonly values: readonly number[]
  /** Ours, which stand out. */
  readonly isOurs: boolean
}

export interface Chart {
  readonly title: string
  readonly unit: string
  readonly series: readonly string[]
  readonly rows: readonly ChartRow[]
}

const [width, nameWidth, valueWidth, barHeight, gap, top, margin] = [860, 300, 80, 15, 10, 70, 20]
const colours = { ours: ['#1f6feb', '#6cb6ff', '#a5d6ff'], others: ['#57606a', '#8c959f', '#bdc4cc'] }
const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
const escaped = (text: string) => text.replace(/[&<>]/g, (sign) => entities[sign] ?? sign)

/** A bar chart as an SVG. */
export function drawChart({ title, unit, series, rows }: Chart): string {
  const most = Math.max(...rows.flatMap(({ values }) => values))
  const scale = (width - nameWidth - valueWidth - 2 * margin) / most
  const rowHeight = series.length * barHeight + gap
  const height = top + rows.length * rowHeight + margin
  const legend = series.map((name, index) => legendOf(name, index))
  const drawn = rows.map((row, index) => drawRow(row, top + index * rowHeight, scale))
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">
<title id="title">${escaped(title)}, ${escaped(unit)}</title>
<rect width="100%" height="100%" fill="#ffffff"/>
<g font-family="system-ui, sans-serif" font-size="13" fill="#1f2328">
<text x="${margin}" y="26" font-size="16" font-weight="600">${escaped(title)}</text>
<text x="${width - margin}" y="26" text-anchor="end">${escaped(unit)}</text>
${[...legend, ...drawn].join('\n')}
</g>
</svg>
`
}

function legendOf(name: string, index: number): string {
  const x = margin + nameWidth + index * 110
  return `<rect x="${x}" y="42" width="12" height="12" fill="${colours.ours[index]}"/><rect x="${x + 13}" y="42" width="12" height="12" fill="${colours.others[index]}"/><text x="${x + 31}" y="53">${escaped(name)}</text>`
}

function drawRow({ name, values, isOurs }: ChartRow, y: number, scale: number): string {
  const palette = isOurs ? colours.ours : colours.others
  const bars = values.map((value, index) => {
    const at = y + index * barHeight
    const long = Math.max(1, Math.round(value * scale))
    return `<rect x="${margin + nameWidth}" y="${at}" width="${long}" height="${barHeight - 2}" fill="${palette[index]}"/><text x="${margin + nameWidth + long + 6}" y="${at + 11}" font-size="12">${numberText(value)}</text>`
  })
  const middle = y + (values.length * barHeight) / 2 + 4
  const weight = isOurs ? ' font-weight="600"' : ''
  return `<text x="${margin + nameWidth - 10}" y="${middle}" text-anchor="end"${weight}>${escaped(name)}</text>${bars.join('')}`
}

/** A measured number, with as many digits as say something. */
export function numberText(value: number): string {
  if (Math.abs(value) >= 100) return value.toFixed(0)
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2)
}
