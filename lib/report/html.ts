import type { AppReport, Finding, FindingLocation, Report, Step } from '../audit/report.js'
import { type Folded, foldedOf } from './fold.js'
import { htmlStyle } from './html-style.js'
import { coloured, escaped, paragraphs, sentence } from './html-text.js'
import { count, counts, framework, goalOf, isReady, lookedFor, mendedBy, open, standing, targetOf } from './words.js'

/** The guide as one page: no script, nothing loaded, everything from the app escaped. */
export function html(report: Report): string {
  const title = report.apps.map(({ name }) => name).join(', ') || 'no app found'
  const body =
    report.apps.length === 0 ? nothing(report) : report.apps.map((app, index) => appPage(app, index)).join('\n')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${report.apps.some(({ live }) => live) ? 'What runs' : 'Migration guide'}: ${escaped(title)}</title>
<style>${htmlStyle}</style>
</head>
<body>
${body}
${remarks(report)}
<footer>Made by koa-shared-session ${escaped(report.tool.version)}. Secrets are masked.</footer>
</body>
</html>
`
}

function nothing(report: Report): string {
  return `<main>\n<h1>No server app was found here</h1>\n<p>${escaped(lookedFor)}</p>\n${list(report.notLooked)}\n</main>`
}

function appPage(app: AppReport, index: number): string {
  const busy = app.steps.filter((step) => step.findings.length + step.actions.length > 0)
  const where = app.dir === '.' ? '' : ` · ${escaped(app.dir)}`
  const links = busy.map(
    (step) =>
      `<li value="${step.n}"><a href="#app${index}-step${step.n}">${escaped(step.title)}</a> <span class="soft">${amount(step)}</span></li>`,
  )
  return `<main>
<header>
<h1>${escaped(app.name)}${app.version ? ` <span class="soft">${escaped(app.version)}</span>` : ''}</h1>
<div class="soft">${escaped(framework(app))}${where} · ${app.files.source} source, ${count(app.files.config, 'config file')}</div>
<div class="verdict ${isReady(app) ? 'ready' : standing(app).toLowerCase().replace(/\W+/g, '-')}"><strong>${isReady(app) ? `Ready for ${targetOf(app)}` : standing(app)}</strong> – ${sentence(app.verdict.why)}</div>
<dl>
<dt>Processes</dt><dd>${sentence(app.answers.processes)}</dd>
<dt>Sessions</dt><dd>${sentence(app.answers.store)}</dd>
<dt>Key</dt><dd>${sentence(app.answers.secret)}</dd>
${app.live ? '' : `<dt>Target</dt><dd>${goalOf(app)}</dd>\n`}<dt>Found</dt><dd>${counts(open(app))}; ${app.checks.clean} of ${app.checks.run} checks found nothing</dd>
</dl>
</header>
<nav aria-label="Steps"><ol>${links.join('')}</ol></nav>
${busy.map((step) => section(app, step, index)).join('\n')}
${notes(app)}
</main>`
}

function amount({ findings, actions }: Step): string {
  return findings.length > 0 ? count(findings.length, 'finding') : count(actions.length, 'action')
}

function section(app: AppReport, step: Step, index: number): string {
  const actions = step.actions.map((action) => `<li>${sentence(action)}</li>`)
  return `<section id="app${index}-step${step.n}">
<h2>${step.n}. ${escaped(step.title)}</h2>
${foldedOf(app, step).map(article).join('\n')}
${actions.length > 0 ? `<ul class="todo">${actions.join('')}</ul>` : ''}
</section>`
}

function article({ finding, more }: Folded): string {
  const [first, ...others] = finding.locations
  const sure = finding.confidence === 'high' ? '' : ` · ${finding.confidence} confidence`
  return `<article class="${finding.severity}">
<div class="tag">${finding.severity}${sure} · ${escaped(finding.id)}</div>
<h3>${sentence(finding.title)}</h3>
<div class="soft">${[first, ...more].flatMap((location) => (location ? [`<code>${escaped(place(location))}</code>`] : [])).join(' ')}</div>
${first && first.frame.length > 0 ? frame(first) : ''}
<div class="label">Why</div>
${paragraphs(finding.why)}
<div class="label">What to do</div>
${paragraphs(finding.do)}
${change(finding)}
${others.map((location) => `<p class="soft">See <code>${escaped(place(location))}</code>${location.note ? `: ${sentence(location.note)}` : ''}</p>`).join('\n')}
<p class="soft"><a href="${escaped(finding.docs)}">${escaped(finding.id)} ${escaped(finding.slug)}</a>${finding.standards.length > 0 ? ` · ${escaped(finding.standards.join(', '))}` : ''}</p>
</article>`
}

function change(finding: Finding): string {
  if (finding.fix.withheld)
    return `<p class="soft">The change is not shown, since it would show a secret; <code>${mendedBy(finding)}</code> makes it.</p>`
  const how = mendedBy(finding)
  return how === '' ? '' : `<div class="label">Change, made by <code>${how}</code></div>\n${coloured(finding.fix.diff)}`
}

function frame({ frame: lines }: FindingLocation): string {
  const digits = Math.max(...lines.map(({ line }) => String(line).length))
  const shown = lines.map(({ line, text, from, to }) => {
    const number = `<span class="soft">${String(line).padStart(digits)} │</span> `
    if (to <= from) return number + escaped(text)
    return `${number}${escaped(text.slice(0, from))}<mark>${escaped(text.slice(from, to))}</mark>${escaped(text.slice(to))}`
  })
  return `<pre>${shown.join('\n')}</pre>`
}

function notes(app: AppReport): string {
  const ignored = app.findings.flatMap(({ id, locations, suppressed }) =>
    suppressed ? [{ what: `${id} in ${locations[0]?.file ?? ''}`, why: suppressed.reason }] : [],
  )
  const unsure =
    app.unsure > 0
      ? `<p class="soft">${count(app.unsure, 'unsure finding')} left out; <code>--all</code> shows them.</p>`
      : ''
  return `${ignored.length > 0 ? `<h2>Ignored</h2>${list(ignored)}` : ''}
${unsure}
${app.notLooked.length > 0 ? `<h2>Not looked at</h2>${list(app.notLooked)}` : ''}`
}

function remarks({ patch, baseline, apps, notLooked }: Report): string {
  const withheld = patch.withheld.map((file) => ({
    what: file,
    why: 'its change is not shown, since it would show a secret',
  }))
  const stale =
    baseline?.stale.map(({ rule, file }) => ({
      what: baseline.file,
      why: `nothing matches ${rule} in ${file} any more`,
    })) ?? []
  const later = patch.postponed.map(({ id, file, line }) => ({
    what: `${id} ${file}:${line}`,
    why: 'waits for the next run, since another change touches the same place',
  }))
  const all = [...later, ...withheld, ...stale, ...(apps.length > 0 ? notLooked : [])]
  return all.length > 0 ? `<h2>Remarks</h2>${list(all)}` : ''
}

function list(items: readonly { readonly what: string; readonly why: string }[]): string {
  return `<ul>${items.map(({ what, why }) => `<li><code>${escaped(what)}</code>: ${sentence(why)}</li>`).join('')}</ul>`
}

function place({ file, line, column }: FindingLocation): string {
  return `${file}:${line}:${column}`
}
