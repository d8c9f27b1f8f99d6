import type { Edit } from '../edit.js'
import type { SettingsFact } from '../facts/settings.js'
import type { Facts } from '../facts.js'
import { ourVariable } from '../wording/our-variable.js'
import { type Delivery, type DeliveryBy, directoryVariable, type Instruction, type Needed } from './delivery.js'

/** A unit names the file that systemd reads, as root, before it starts the app. */
export const bySystemd: DeliveryBy = (facts, settings): Delivery => {
  const [{ name, files, place }] = settings as readonly [SettingsFact]
  const [known] = files
  const file = known ?? `/etc/${appName(facts)}.env`
  const isNew = known === undefined
  const line = isNew
    ? [{ words: `Let ${place.file} name that file, under [Service]`, command: `EnvironmentFile=${file}` }]
    : []
  const append = (words: string): Instruction => ({
    words: `${words}, in ${file}, ${isNew ? 'which' : `which ${name} reads and`} only root needs to read`,
  })
  return {
    key: (variable) => [
      {
        ...append('Make one key on the server'),
        command: `npx koa-shared-session secret --env${variable === ourVariable ? '' : ` ${variable}`} | sudo sh -c 'umask 077; cat >> ${file}'`,
      },
      ...line,
    ],
    value: (variable, value) => ({
      words: `Give the app ${variable} in ${file}`,
      command: `echo ${variable}=${value} | sudo sh -c 'umask 077; cat >> ${file}'`,
    }),
    directory: (path) => [
      {
        words: `Let systemd make a directory of the app alone that outlives restarts, under [Service] in ${place.file}; it works for one server, for a second server use Redis`,
        command: stateLines(facts, path).join('; '),
      },
    ],
    edits: (needed) => settings.flatMap((each) => editsOf(facts, each, needed, isNew ? file : undefined)),
    file: undefined,
  }
}

function stateLines(facts: Facts, path: string): readonly string[] {
  return [`StateDirectory=${appName(facts)}`, `Environment=${directoryVariable}=${path}`]
}

function editsOf(
  facts: Facts,
  { next }: SettingsFact,
  { key, values, directory }: Needed,
  file: string | undefined,
): readonly Edit[] {
  if (next === undefined) return []
  const lines = [
    ...(key !== undefined && file !== undefined ? [`EnvironmentFile=${file}`] : []),
    ...values.map(([name, value]) => `Environment=${name}=${value}`),
    ...(directory === undefined ? [] : stateLines(facts, directory)),
  ]
  const { at } = next
  return lines.length === 0
    ? []
    : [{ file: at.file, start: at.start, end: at.end, text: lines.map((line) => `${line}\n`).join('') }]
}

/** As a name of a file. */
function appName({ app }: Facts): string {
  return app.name.replace(/^@/, '').replace(/[^\w.-]+/g, '-') || 'app'
}
