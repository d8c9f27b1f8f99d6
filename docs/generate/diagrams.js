const colours = {
  ground: '#0d1117',
  line: '#8b949e',
  text: '#e6edf3',
  good: '#56d364',
  bad: '#ff7b72',
  soft: '#161b22',
}
const font = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"

/** One login and four requests: workers that remember for themselves, and workers that share a store. */
export function erraticDiagram() {
  return drawing(720, 270, 'A login in four workers: without a shared store one of four knows it, with one all do', [
    panel(12, 'Each worker remembers for itself', [true, false, false, false]),
    words(180, 250, '1 of 4 requests is logged in', { colour: colours.bad }),
    panel(372, 'All workers ask one store', [true, true, true, true]),
    ...workerCentres(372).map((x) => arrow(x, 168, x, 194, colours.good)),
    box(390, 194, 300, 30, ['Redis, or files: ada'], colours.good),
    words(540, 250, '4 of 4 requests are logged in', { colour: colours.good }),
  ])
}

/** What happens to a session between a request and its response. */
export function requestDiagram() {
  return drawing(720, 300, "A request's walk: verify, read, handle, write if nobody was faster, then the cookie", [
    row(24, [
      'cookie\nid.signature',
      'key ring\nverifies it',
      'SHA-256\nof the id',
      'store\nread: the base',
      'your handlers\nctx.session',
    ]),
    words(228, 104, 'not ours: no session, nothing is read', { colour: colours.line }),
    arrow(636, 84, 636, 150, colours.line),
    words(560, 116, 'nothing changed:\nnothing is written', { colour: colours.line }),
    box(372, 150, 324, 60, ['store: write, if the version is still the base’s', 'one atomic step'], colours.text),
    arrow(372, 180, 300, 180, colours.good),
    words(336, 170, 'written', { colour: colours.good }),
    box(156, 150, 144, 60, ['cookie', 'only after that'], colours.good),
    arrow(156, 180, 108, 180, colours.good),
    words(60, 184, 'response', {}),
    arrow(470, 210, 470, 240, colours.line),
    box(372, 240, 200, 40, ['merge base, ours, theirs'], colours.text),
    arrow(545, 240, 545, 210, colours.line),
    words(420, 229, 'conflict', { colour: colours.line }),
    words(580, 229, 'again', { colour: colours.line }),
    arrow(660, 210, 660, 240, colours.line),
    words(648, 258, 'ended meanwhile:\ndropped, no cookie', { colour: colours.bad }),
  ])
}

function drawing(width, height, title, parts) {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" role="img" aria-labelledby="title">
<title id="title">${title}</title>
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="context-stroke"/></marker></defs>
<rect width="100%" height="100%" rx="10" fill="${colours.ground}"/>
<g font-family="${font}" font-size="13" fill="${colours.text}" text-anchor="middle">
${parts.flat().join('\n')}
</g>
</svg>
`
}

const workerCentres = (left) => [60, 132, 204, 276].map((x) => left + x)

function panel(left, title, known) {
  const middle = left + 168
  return [
    words(middle, 30, title, { bold: true }),
    box(middle - 95, 44, 190, 30, ['a browser, logged in once'], colours.text),
    ...workerCentres(left).flatMap((x, index) => {
      const colour = known[index] ? colours.good : colours.bad
      return [
        arrow(middle, 74, x, 116, colour),
        box(x - 32, 116, 64, 52, [`worker ${index + 1}`, known[index] ? '✓ ada' : '✗ who?'], colour),
      ]
    }),
  ]
}

function row(top, labels) {
  const [width, step] = [120, 138]
  return labels.flatMap((label, index) => {
    const left = 24 + index * step
    const next = index < labels.length - 1 ? [arrow(left + width, top + 30, left + step, top + 30, colours.line)] : []
    return [box(left, top, width, 60, label.split('\n'), colours.text), ...next]
  })
}

function box(x, y, width, height, lines, colour) {
  const rect = `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" fill="${colours.soft}" stroke="${colour}"/>`
  return `${rect}\n${words(x + width / 2, y + height / 2 + 5 - (lines.length - 1) * 9, lines.join('\n'), {})}`
}

function words(x, y, text, { colour, bold }) {
  const attributes = `${colour ? ` fill="${colour}"` : ''}${bold ? ' font-weight="bold"' : ''}`
  return text
    .split('\n')
    .map((line, index) => `<text x="${x}" y="${y + index * 18}"${attributes}>${line}</text>`)
    .join('\n')
}

function arrow(x1, y1, x2, y2, colour) {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${colour}" marker-end="url(#tip)"/>`
}
