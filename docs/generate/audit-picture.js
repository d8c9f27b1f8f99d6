import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const project = fileURLToPath(new URL('../../', import.meta.url))
const app = `${project}examples/before`
const command = 'npx koa-shared-session migrate'

/** Where the picture ends: before this line of the output. */
const end = /^Step 2 of/

// A cell of the grid, in pixels.
const [columnWidth, lineHeight, margin] = [8.4, 20, 24]
const colours = { 31: '#ff7b72', 32: '#56d364', 33: '#e3b341', 34: '#79c0ff', 90: '#8b949e' }
const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** What `migrate` prints for the app of the guide, down to the end of its first step, as an SVG. */
export function auditPicture() {
  const output = coloured()
  const all = output.split('\n')
  const lines = all.slice(
    0,
    all.findIndex((line) => end.test(plain(line))),
  )
  const shown = [
    `\u001b[90m$\u001b[39m ${command}`,
    ...lines.join('\n').trimEnd().split('\n'),
    '',
    '\u001b[90m…\u001b[39m',
  ]
  const width = Math.max(...shown.map((line) => plain(line).length)) * columnWidth + 2 * margin
  const height = shown.length * lineHeight + 2 * margin
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width.toFixed()}" height="${height}" role="img" aria-labelledby="title">
<title id="title">What migrate says about an app that is not ready for four workers</title>
<rect width="100%" height="100%" rx="10" fill="#0d1117"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#e6edf3">
${shown.flatMap(lineOf).join('\n')}
</g>
</svg>
`
}

function coloured() {
  const program = `${project}dist/bin/koa-shared-session.js`
  const { stdout, stderr } = spawnSync(process.execPath, [program, 'migrate', app, '--color'], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, LANG: 'C.UTF-8' },
  })
  if (!stdout.includes('Step 2 of')) throw new Error(`migrate printed something else:\n${stdout}${stderr}`)
  // How long it took is another number each time.
  return stdout.replace(/ · [\d.]+ m?s\b/, '')
}

// The escape character that begins a colour, as text: the linter wants none in a regular expression.
const escapeSign = '\u001b'
const colour = new RegExp(`(${escapeSign}\\[\\d+m)`)
const plain = (line) =>
  line
    .split(colour)
    .filter((part) => !part.startsWith(escapeSign))
    .join('')

/** One element for each stretch of one colour without a gap, held to the grid whatever font there is. */
function lineOf(line, index) {
  const y = margin + (index + 0.75) * lineHeight
  const style = { bold: false, colour: undefined }
  let column = 0
  return line.split(colour).flatMap((part) => {
    if (part.startsWith(escapeSign)) {
      take(style, part.slice(2, -1))
      return []
    }
    const from = column
    column += part.length
    // Viewers make one space of several.
    const stretches = [...part.matchAll(/\S+(?: \S+)*/g)]
    return stretches.map(({ 0: text, index: at }) =>
      element(text, { x: margin + (from + at) * columnWidth, y, ...style }),
    )
  })
}

function take(style, code) {
  if (code === '1' || code === '22') style.bold = code === '1'
  else style.colour = colours[code]
}

function element(text, { x, y, bold, colour }) {
  const attributes = [
    `x="${x.toFixed(1)}" y="${y}" textLength="${(text.length * columnWidth).toFixed(1)}"`,
    colour && `fill="${colour}"`,
    bold && 'font-weight="bold"',
  ]
  return `<text ${attributes.filter(Boolean).join(' ')}>${text.replace(/[&<>]/g, (character) => entities[character])}</text>`
}
