import type { CommandFact } from '../facts/deployment.js'
import type { Facts } from '../facts.js'
import { ourVariable } from '../wording/our-variable.js'
import { productionStarts, runnable } from '../wording/start-commands.js'
import { type Delivery, directoryVariable, type Instruction } from './delivery.js'

/** The file in which the guide keeps what must not be in the source. */
export const settingsFile = '.env'

/** A file that `serve --settings`, or the app itself, reads. */
export function bySettingsFile(facts: Facts): Delivery {
  return isRead(facts)
    ? { ...bySettingsAlone, atStart: true }
    : { ...bySettingsAlone, atStart: true, key: (variable) => [makeKey(variable, settingsFile), readByHand(facts)] }
}

/** A framework with a command of its own is given what the shell has. */
function readByHand(facts: Facts): Instruction {
  const own = productionStarts(facts).find(({ runner }) => /^(egg|strapi|next)$/.test(runner))
  if (own !== undefined)
    return {
      words: `Nothing reads ${settingsFile} by itself. Have the shell read it before it starts the app`,
      command: `set -a; . ./${settingsFile}; set +a; ${startOf(own)}`,
    }
  return {
    words: `Nothing reads ${settingsFile} by itself: koa-shared-session serve does with --settings ${settingsFile}; until it starts the app, Node 20.6 and later do by`,
    command: `node --env-file=${settingsFile} ${runnable(facts) ?? 'app.js'}`,
  }
}

const startOf = ({ source, name, text }: CommandFact) =>
  source === 'npm' ? (name === 'start' ? 'npm start' : `npm run ${name}`) : text

/** The app itself, or what starts it, reads the file. */
const isRead = (facts: Facts) =>
  facts.app.readsSettings ||
  facts.python !== undefined ||
  productionStarts(facts).some(
    ({ runner, text }) => runner === 'koa-shared-session' || /--env-file|dotenv|env-cmd/.test(text),
  )

/** Only the file: whoever uses it says how it is read. */
export const bySettingsAlone: Delivery = {
  key: (variable) => [makeKey(variable, settingsFile)],
  value: intoSettings,
  directory: (path) => [ownDirectory(path, '"$USER"'), intoSettings(directoryVariable, path)],
  edits: () => [],
  file: settingsFile,
}

/** Appends a key to a file of variables, which nobody else may read when it is made. */
export function makeKey(variable: string, file: string): Instruction {
  return {
    words: `Make one key for all processes, in a file that only its owner reads and git leaves out`,
    command: `(umask 077 && npx koa-shared-session secret --env${variable === ourVariable ? '' : ` ${variable}`} >> ${file})`,
  }
}

export function intoSettings(name: string, value: string, file = settingsFile): Instruction {
  return { words: `Give all processes the same ${name}`, command: `echo ${name}=${value} >> ${file}` }
}

export function ownDirectory(path: string, owner: string): Instruction {
  return {
    words:
      'Make one directory that outlives restarts, for the user that runs the app; open to others it is refused. It works for one server; for a second server use Redis',
    command: `sudo install -dm 700 -o ${owner} ${path}`,
  }
}
