import { posix } from 'node:path'
import type { Edit } from '../edit.js'
import type { SettingsFact } from '../facts/settings.js'
import { listed } from '../wording/places.js'
import type { Delivery, DeliveryBy, Instruction } from './delivery.js'
import { bySettingsAlone, settingsFile } from './settings-file.js'

/** PM2 reads no `.env`, and renews only what stands in the env of its file. */
export const byPm2: DeliveryBy = ({ app }, settings): Delivery => {
  const isRead = app.readsSettings || settings.some(({ files }) => files.length > 0)
  if (isRead) return bySettingsAlone
  return {
    ...bySettingsAlone,
    key: (variable) => [...bySettingsAlone.key(variable), howToRead(settings, app.dir)],
    edits: ({ key, values, directory }) => {
      const isNeeded = key !== undefined || values.length > 0 || directory !== undefined
      return isNeeded && settings.every(isWritable) ? settings.flatMap((each) => reading(each, app.dir)) : []
    },
  }
}

const isWritable = ({ next, env }: SettingsFact) => next !== undefined && env !== undefined

function howToRead(settings: readonly SettingsFact[], dir: string): Instruction {
  const names = listed([...new Set(settings.map(({ name }) => name))])
  const file = settings.find(({ next }) => next !== undefined)?.place.file
  if (file !== undefined)
    return {
      words: `PM2 reads no ${settingsFile}, so the first line of ${file} has to; let the env of ${names} begin with ...envFile, and pm2 reload ${file} hands it on`,
      command: readLine(file, dir),
    }
  const which = settings[0] === undefined ? 'with its name' : names
  return {
    words: `PM2 reads no ${settingsFile} and hands on the environment of the shell: read the file there before pm2 start, and before pm2 reload ${which} --update-env`,
    command: `set -a; . ./${settingsFile}; set +a`,
  }
}

function reading({ next, env, place: { file } }: SettingsFact, dir: string): readonly Edit[] {
  if (next === undefined || env === undefined) return []
  const entry = `${env.isNew ? 'env: envFile' : '...envFile'},${env.between}`
  return [
    { file, start: next.at.start, end: next.at.end, text: `${readLine(file, dir)}\n` },
    { file, start: env.at.start, end: env.at.end, text: entry },
  ]
}

/** Node has parseEnv() from 20.12 on. */
function readLine(file: string, dir: string): string {
  const path = posix.join(posix.relative(posix.dirname(file), dir), settingsFile)
  return `const envFile = require('node:util').parseEnv(require('node:fs').readFileSync(__dirname + '/${path}', 'utf8'));`
}
