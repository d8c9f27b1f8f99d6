import type { SettingsFact } from '../facts/settings.js'
import type { Facts } from '../facts.js'
import { at } from '../wording/places.js'
import type { Delivery, DeliveryBy, Instruction } from './delivery.js'

export const atEphemeralDisk: Instruction = {
  words: 'The disk is gone with each instance: keep sessions in Redis',
}

/** Heroku keeps variables itself; app.json says which ones a new app is given. */
export const byHeroku: DeliveryBy = ({ variables }: Facts, settings): Delivery => {
  const [{ place, next }] = settings as readonly [SettingsFact]
  const set = (name: string, value: string) => `heroku config:set ${name}=${value}`
  return {
    key: (variable) => {
      const known = variables.find((each) => each.name === variable && each.fromSecret)
      const who = known
        ? `${at(known.place)} makes ${variable} for each new app; one that runs already is given it once`
        : `Give the app one key for all dynos; "${variable}": { "generator": "secret" } under env in ${place.file} does it for new apps`
      return [{ words: who, command: set(variable, '"$(npx koa-shared-session secret)"') }]
    },
    value: (name, value) => ({ words: `Give all dynos the same ${name}`, command: set(name, value) }),
    directory: () => [atEphemeralDisk],
    edits: ({ key }) =>
      key === undefined || next === undefined
        ? []
        : [
            {
              file: next.at.file,
              start: next.at.start,
              end: next.at.end,
              text: `,${next.indent}"${key}": { "generator": "secret" }`,
            },
          ],
    file: undefined,
  }
}
