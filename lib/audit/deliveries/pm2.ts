import { posix } from 'node:path'
import type { SettingsFact } from '../facts/settings.js'
import { listed } from '../wording/places.js'
import type { Delivery, DeliveryBy, Instruction } from './delivery.js'
import { bySettingsAlone, settingsFile } from './settings-file.js'

/** PM2 reads no `.env`: what its own file, or the shell that calls it, has read goes to the apps. */
export const byPm2: DeliveryBy = ({ app }, settings): Delivery => {
  const [first] = settings
  const isRead = app.readsSettings || settings.some(({ files }) => files.length > 0)
  if (isRead) return bySettingsAlone
  return {
    ...bySettingsAlone,
    key: (variable) => [...bySettingsAlone.key(variable), howToRead(first, app.dir)],
    edits: ({ key, values, directory }) => {
      const isNeeded = key !== undefined || values.length > 0 || directory !== undefined
      return isNeeded ? settings.flatMap((each) => loading(each, app.dir)).filter(isFirstOfFile) : []
    },
  }
}

const isFirstOfFile = <Edit extends { readonly file: string }>({ file }: Edit, index: number, all: readonly Edit[]) =>
  all.findIndex((other) => other.file === file) === index

function howToRead(settings: SettingsFact | undefined, dir: string): Instruction {
  const file = settings?.place.file
  if (settings?.next !== undefined && file !== undefined)
    return {
      words: `PM2 reads no ${settingsFile}: let ${file} read it, above all else, and start again by pm2 reload ${file} --update-env`,
      command: loadLine(file, dir),
    }
  return {
    words: `PM2 reads no ${settingsFile} and hands on the environment that it is started in${file === undefined ? '' : ` (${listed([file])})`}: read the file before each pm2 start or reload, which needs --update-env`,
    command: `set -a; . ./${settingsFile}; set +a`,
  }
}

function loading({ next, place: { file } }: SettingsFact, dir: string) {
  return next === undefined ? [] : [{ file, start: next.at.start, end: next.at.end, text: `${loadLine(file, dir)}\n` }]
}

/** Node has it from 20.12 on. */
function loadLine(file: string, dir: string): string {
  const path = posix.join(posix.relative(posix.dirname(file), dir), settingsFile)
  return `process.loadEnvFile(__dirname + '/${path}');`
}
