import { doctorHelp } from '../../dist/cli/doctor/flags.js'
import { migrateHelp } from '../../dist/cli/migrate/flags.js'
import { overview } from '../../dist/cli/overview.js'
import { secretHelp } from '../../dist/cli/secret.js'
import { serveHelp } from '../../dist/cli/serve/flags.js'
import { sessionsHelp } from '../../dist/cli/sessions/flags.js'
import { environment } from './environment.js'
import { code, table } from './table.js'

const commands = [
  ['migrate', migrateHelp(), 'What its changes and its findings are: [migrate](migrate.md); its [rules](rules.md).'],
  ['doctor', doctorHelp(), 'What it looks at, and what it says of a running app: [doctor](doctor.md).'],
  ['serve', serveHelp(), 'Workers, reload and stop, service managers: [serve](serve.md).'],
  ['secret', secretHelp, 'Keys and their rotation: [keys and sessions](administer.md#secret).'],
  ['sessions', sessionsHelp, 'Counting and ending sessions: [keys and sessions](administer.md#sessions).'],
]

/** docs/cli.md: what each command says about itself, and every variable of the environment. */
export function cliPage(mark) {
  return `${mark}

# Command line

\`\`\`text
${overview().trimEnd()}
\`\`\`

${commands.map(section).join('\n\n')}

## Environment

Every variable that the package and its commands read, and those that \`serve\` sets for the app. An option in code or on the
command line wins over its variable.

${table(
  ['Variable', 'Read by', 'What it is'],
  environment.map(([name, reader, says]) => [name.split(', ').map(code).join(', '), reader, says]),
)}
`
}

function section([name, help, more]) {
  return `## ${name}\n\n${more}\n\n\`\`\`text\n${help.trimEnd()}\n\`\`\``
}
