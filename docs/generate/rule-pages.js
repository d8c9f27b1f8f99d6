import { describedRules } from '../../dist/audit/described-rules.js'
import { stepTitles } from '../../dist/audit/steps.js'

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
  DOC: 'What runs: `doctor`',
  KSS: 'The tool itself',
}

/** A page for each rule, one that lists them, and one of each command that finds them: file name in docs/ → text. */
export function rulePages(mark) {
  const pages = describedRules.map((rule) => [`rules/${fileOf(rule)}`, rulePage(rule, mark)])
  return {
    ...Object.fromEntries(pages),
    'rules.md': listPage(mark),
    'migrate.md': commandPage(mark),
    'doctor.md': doctorPage(mark),
  }
}

function fileOf({ id }) {
  return `${id.toLowerCase()}.md`
}

function rulePage(rule, mark) {
  const { id, slug, step, standards, text, samples } = rule
  return `${mark}

# ${id} ${slug}

${text.summary}

${id.startsWith('DOC') ? 'Found by `doctor`, under' : 'Step of the migration'}: ${stepTitles[step].toLowerCase()}.${standards.length > 0 ? ` Standards: ${standards.join(', ')}.` : ''}

## Why it matters

${text.why}

## What to do

${text.remedy}

## Exceptions

${text.exceptions}

${id.startsWith('DOC') ? `\`--skip ${id}\` leaves it out.` : `To leave one finding out, say why beside it: \`// koa-shared-session-ignore ${id} -- reason\`.`}
${samplesOf('Found here', samples?.bad)}${samplesOf('Not found here', samples?.good)}`
}

/** The file that shows most; package.json only says which packages there are. */
function samplesOf(title, samples = []) {
  if (samples.length === 0) return ''
  const parts = samples.map(({ name, files, live }) => {
    if (live) return `### ${name}\n\n${facts(live)}\n`
    const shown = Object.entries(files).filter(([file]) => file !== 'package.json' || Object.keys(files).length === 1)
    return `### ${name}\n${shown.map(([file, content]) => block(file, content)).join('')}`
  })
  return `\n## ${title}\n\n${parts.join('\n')}`
}

/** Live facts that differ from those of a set-up in which all is well. */
function facts(live) {
  if (Object.keys(live).length === 0) return 'All is as it should be.'
  return `\`\`\`json\n${JSON.stringify(live, undefined, 2)}\n\`\`\``
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

# Rules of migrate and doctor

What \`koa-shared-session migrate\` looks for in the source, and [\`doctor\`](doctor.md) in what runs. An error breaks the app on the processes it is to run in, or opens it to
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

All options are on the page of the [command line](cli.md#migrate).

## Changes

\`--diff\` prints all changes that can be made by machine, safe ones and those to review, as a patch for \`git apply\`.
\`--write\` makes the safe ones: they change nothing that works. \`--write --unsafe\` makes those to review, too: a new
secret logs everybody out once, a new store starts empty. Of two changes that touch each other one is made first, and
the audit runs again. A file that would no longer parse is put back. Nothing outside the directory is written. Both refuse
where files that git tracks have changes, and where they would change a file that git does not know; other such files stop
nothing. \`--force\` overrules that.

## Findings that are accepted

A comment leaves out one finding: on its line or on the line above, in the comments of that file, and with a reason.

\`\`\`text
// koa-shared-session-ignore MEM01 -- counts requests only
\`\`\`

\`--update-baseline\` writes all present findings into \`.koa-shared-session-baseline.json\`, each with a reason to fill in. They
no longer count, also when lines move; new ones do. Comments and entries that match nothing any more are reported.
`
}

function doctorPage(mark) {
  return `${mark}

# doctor

\`\`\`sh
npx koa-shared-session doctor --settings .env
\`\`\`

Looks at what an app runs with: the configuration that it would have with this environment, its Redis (is it there, who
are we, version, latency, eviction, persistence, TLS, rights, clock) or its session directory (private, writable, on which
file system, how many sessions, how many expired), its secret keys, and whether the processes that run agree with each
other. With \`--url\` it visits the running app. Every probe ends in time, whatever the other side does; what could not be
looked at is listed, with the reason. Passwords, keys and session ids are never shown.

Findings, formats and exit codes are those of [migrate](migrate.md); the [rules](rules.md) are a group of their own. The
JSON has what was seen beside them, as \`live\` of each app ([schema](../schema/migrate-v1.json)).

## Is a login lost?

\`\`\`sh
npx koa-shared-session doctor examples/login --url http://127.0.0.1:3000 \\
  --login 'POST /login name=Ada' --page / --expect 'Hello,'
\`\`\`

That is for the login example, which \`npm start\` serves: \`READY – measured: logged in on 100 of 100 requests, answered by 4
workers.\`

Logs in once. Then asks 100 times for the page, each time on a new connection and with the cookies of that login
unchanged, and counts on how many requests the login was seen. An app that keeps sessions in the memory of each of four
workers says 25 of 100; one whose workers share key and store says 100 of 100.

- \`--expect\` is a text that only those see who are logged in. Without it, an answer counts as logged in when it differs
  from what a visitor without cookies gets. Where that cannot be told, doctor says so and guesses nothing.
- A login that needs a token of its form, or a second factor, cannot be made here: copy the cookies of a browser that is
  logged in into a file, and name it: \`--cookie @cookies.txt\`.
- Workers are told apart by a header (\`X-Worker\`, \`X-Served-By\` and the like) or by a pid or worker number in the page;
  \`--worker\` names another header, or a pattern. Where nothing does, their number is not known. An app that is run by
  [serve](serve.md) names them with \`--worker-header\`: the header \`X-Worker\` of every answer is then the place of the worker.
- The cookie is judged as it was really sent: HttpOnly, Secure, SameSite, the promises of \`__Host-\`, and no-store.
- Behind a proxy that ends TLS, visit the app through it, or say \`--header 'X-Forwarded-Proto: https'\`.

## Findings that are accepted

As with [migrate](migrate.md#findings-that-are-accepted): a comment with a reason, in the file that was handed over where a variable
decides the finding, else where the app mounts its sessions; or \`--update-baseline\`, here into
\`.koa-shared-session-doctor-baseline.json\`.

\`\`\`text
# koa-shared-session-ignore DOC13 -- only this machine reaches it
REDIS_URL=redis://127.0.0.1:6379
\`\`\`

All options are on the page of the [command line](cli.md#doctor).
`
}
