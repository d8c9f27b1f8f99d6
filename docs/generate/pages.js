import { errorCodes } from '../../dist/core/errors.js'
import { koaSessionOptions } from '../../dist/core/koa-session-options.js'
import { optionTable } from '../../dist/core/option-table.js'
import { auditPicture } from './audit-picture.js'
import { cliPage } from './cli-page.js'
import { erraticDiagram, requestDiagram } from './diagrams.js'
import { rulePages } from './rule-pages.js'
import { code, table } from './table.js'

const mark = '<!-- Made from the code by "npm run docs"; a change by hand is overwritten. -->'

/** The generated pages and pictures: file name in docs/ → text. */
export const pages = {
  'options.md': optionsPage(),
  'errors.md': errorsPage(),
  'cli.md': cliPage(mark),
  ...rulePages(mark),
  'images/audit.svg': auditPicture(),
  'images/erratic.svg': erraticDiagram(),
  'images/request.svg': requestDiagram(),
}

function optionsPage() {
  return `${mark}

# Options

\`\`\`js
import Koa from 'koa'
import { sharedSession } from 'koa-shared-session'

const app = new Koa()
app.use(sharedSession({ lifetime: 3600, rolling: true, cookie: { sameSite: 'strict' } }))
app.use((ctx) => {
  ctx.session.views = (ctx.session.views ?? 0) + 1
  ctx.body = \`\${ctx.session.views} views\`
})
app.listen(3000)
\`\`\`

An option in code wins over the environment, and the environment over the default. Of several variables the first that
is set counts; an empty one counts as not set. \`cookie.name\` is written \`cookie: { name: … }\`. An unknown option, or a
value that cannot work, stops the boot with an error that names the option or the variable
([error codes](errors.md)). Production means \`NODE_ENV=production\`.

${table(['Option', 'Environment', 'Value', 'Default', 'What it does'], Object.entries(optionTable).map(optionRow))}

The other variables that the package and its commands read are [in one table](cli.md#environment) with these.

## Coming from koa-session

[Coming from koa-session](from/koa-session.md) has all its options, with units and defaults. These options of koa-session are not options here. Using one stops the boot with this answer.

${table(['koa-session', 'Here'], Object.entries(koaSessionOptions).map(koaSessionRow))}
`
}

function optionRow([name, { env, envAlso, defaultSays, expects, says }]) {
  const variables = [...env, envAlso].filter(Boolean).map(code).join(', ') || '–'
  return [code(name), variables, expects, defaultSays, says]
}

// The answers end the sentence "The option 'x' of koa-session …"; a table needs no verb.
function koaSessionRow([name, answer]) {
  return [code(name), answer.replace(/^is (.*?) here\b/, '$1').replace(/^has /, '')]
}

function errorsPage() {
  return `${mark}

# Errors

Everything the package refuses or fails with is a \`SessionError\` with a \`code\`. Codes are part of the interface and
stay; the words of a message may change. No message holds a session id, a key or session data.

\`\`\`js
import { SessionError, sharedSession } from 'koa-shared-session'

try {
  sharedSession({ lifetime: '1 day' })
} catch (error) {
  if (!(error instanceof SessionError)) throw error
  console.log(error.code) // SESSION_OPTION_INVALID
}
\`\`\`

${table(
  ['Code', 'Seen when'],
  Object.entries(errorCodes).map(([name, says]) => [code(name), says]),
)}
`
}
