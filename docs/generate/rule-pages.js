import { describedRules } from '../../dist/audit/described-rules.js'
import { stepTitles } from '../../dist/audit/steps.js'
import { migrateHelp } from '../../dist/cli/migrate/flags.js'

const groups = {
  SEC: 'The secret key',
  STO: 'The session store',
  CKE: 'The cookie',
  PRC: 'Processes',
  PRX: 'Proxy and HTTPS',
  RDS: 'Redis',
  FIL: 'The session directory',
  MEM: 'State left in the process',
  LIF: 'Start and stop',
  DEP: 'Deployment files',
  PYX: 'Coming from Flask, Waitress or Gunicorn',
  KSS: 'The tool itself',
}

/** A page for each rule, one that lists them, and one of the command: file name in docs/ → text. */
export function rulePages(mark) {
  const pages = describedRules.map((rule) => [`rules/${fileOf(rule)}`, rulePage(rule, mark)])
  return { ...Object.fromEntries(pages), 'rules.md': listPage(mark), 'migrate.md': commandPage(mark) }
}

function fileOf({ id }) {
  return `${id.toLowerCase()}.md`
}

function rulePage(rule, mark) {
  const { id, slug, step, standards, text, samples } = rule
  return `${mark}

# ${id} ${slug}

${text.summary}

Step of the migration: ${stepTitles[step].toLowerCase()}.${standards.length > 0 ? ` Standards: ${standards.join(', ')}.` : ''}

## Why it matters

${text.why}

## What to do

${text.remedy}

## Exceptions

${text.exceptions}

To leave one finding out, say why beside it: \`// koa-shared-session-ignore ${id} -- reason\`.
${samplesOf('Found here', samples?.bad)}${samplesOf('Not found here', samples?.good)}`
}

/** The file that shows most; package.json only says which packages there are. */
function samplesOf(title, samples = []) {
  if (samples.length === 0) return ''
  const parts = samples.map(({ name, files }) => {
    const shown = Object.entries(files).filter(([file]) => file !== 'package.json' || Object.keys(files).length === 1)
    return `### ${name}\n${shown.map(([file, content]) => block(file, content)).join('')}`
  })
  return `\n## ${title}\n\n${parts.join('\n')}`
}

function block(file, content) {
  const runs = content.match(/`+/g) ?? []
  const fence = '`'.repeat(Math.max(3, ...runs.map((run) => run.length + 1)))
  return `\n\`${file}\`\n\n${fence}${languageOf(file)}\n${content.trim()}\n${fence}\n`
}

function languageOf(file) {
  const languages = {
    js: 'js',
    mjs: 'js',
    cjs: 'js',
    ts: 'ts',
    tsx: 'tsx',
    json: 'json',
    yml: 'yaml',
    yaml: 'yaml',
    py: 'py',
  }
  if (/dockerfile/i.test(file)) return 'dockerfile'
  return languages[file.split('.').at(-1)] ?? 'text'
}

function listPage(mark) {
  const parts = Object.entries(groups).flatMap(([group, title]) => {
    const rules = describedRules.filter(({ id }) => id.startsWith(group))
    const lines = rules.map((rule) => `- [${rule.id} ${rule.slug}](rules/${fileOf(rule)}): ${rule.text.summary}`)
    return rules.length === 0 ? [] : [`## ${title}`, lines.join('\n')]
  })
  return `${mark}

# Rules of migrate

What \`koa-shared-session migrate\` looks for. An error breaks the app on the processes it is to run in, or opens it to
others; a warning costs something; a note says what to know. The same finding can be a warning for one process and an
error for several.

${parts.join('\n\n')}
`
}

function commandPage(mark) {
  return `${mark}

# migrate

\`\`\`sh
npx koa-shared-session migrate
\`\`\`

Reads an app that runs in one process, says whether a login would survive in several, and prints the steps that mend it,
in order, with the names and files of this app. The three questions are always answered: where the secret key comes
from, where sessions are stored, how many processes and threads run. What cannot be decided is called so, and why.

The text is for a terminal; \`--format md\` is the guide with boxes to tick, \`html\` the same as a page, \`json\` follows
[the published schema](../schema/migrate-v1.json), \`sarif\` and \`github\` put findings beside the code. Secrets are masked
in all of them; a change that would show one is made by \`--write\` and printed nowhere. The [rules](rules.md) have a page
each.

\`\`\`text
${migrateHelp().trimEnd()}
\`\`\`

## Changes

\`--diff\` prints all changes that can be made by machine, safe ones and those to review, as a patch for \`git apply\`.
\`--write\` makes the safe ones: they change nothing that works. \`--write --unsafe\` makes those to review, too: a new
secret logs everybody out once, a new store starts empty. Of two changes that touch each other one is made first, and
the audit runs again. A file that would no longer parse is put back. Nothing outside the directory is written.

## Findings that are accepted

A comment leaves out one finding: on its line or on the line above, in the comments of that file, and with a reason.

\`\`\`text
// koa-shared-session-ignore MEM01 -- counts requests only
\`\`\`

\`--update-baseline\` writes all present findings into \`.koa-shared-session-baseline.json\`, each with a reason to fill in. They
no longer count, also when lines move; new ones do. Comments and entries that match nothing any more are told.
`
}
