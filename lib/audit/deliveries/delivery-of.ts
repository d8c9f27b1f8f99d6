import type { SettingsFact } from '../facts/settings.js'
import type { Facts } from '../facts.js'
import { isForDevelopers } from '../wording/deployed-files.js'
import { productionStarts } from '../wording/start-commands.js'
import { byCompose } from './compose.js'
import type { Delivery, DeliveryBy } from './delivery.js'
import { byDocker } from './docker.js'
import { byHeroku } from './heroku.js'
import { byKubernetes } from './kubernetes.js'
import { byPlatform } from './platform.js'
import { byPm2 } from './pm2.js'
import { bySettingsFile } from './settings-file.js'
import { bySystemd } from './systemd.js'

/** Of several the one that is certain to be production stands first; PM2 in a container is given what the container has. */
const ways: readonly (readonly [SettingsFact['source'], DeliveryBy])[] = [
  ['kubernetes', byKubernetes],
  ['heroku', byHeroku],
  ['systemd', bySystemd],
  ['compose', byCompose],
  ['pm2', byPm2],
]

/** How the deployment that was found gives its processes variables; a file of settings where none was. */
export function deliveryOf(facts: Facts): Delivery {
  const settings = facts.settings.filter((each) => isOfProduction(each, facts))
  for (const [source, by] of ways) {
    const own = settings.filter((each) => each.source === source)
    if (own.length > 0 && !(source === 'pm2' && isInImage(facts))) return by(facts, own)
  }
  for (const { kind } of facts.proxies) {
    const platform = byPlatform(kind)
    if (platform !== undefined) return platform
  }
  if (facts.containers.some(({ kind }) => kind === 'dockerfile')) return byDocker(facts)
  return productionStarts(facts).some(({ runner }) => runner === 'pm2') ? byPm2(facts, []) : bySettingsFile(facts)
}

/** PM2 in an image is started anew with each container, and hands on what that is given. */
const isInImage = ({ commands }: Facts) =>
  commands.some(({ source, runner }) => source === 'dockerfile' && runner === 'pm2')

function isOfProduction({ when, place, name }: SettingsFact, facts: Facts): boolean {
  const said = facts.variables.filter((one) => one.name === 'NODE_ENV' && one.service === name)
  const isForOthers = said.length > 0 && said.every(({ value }) => /^(dev|test)/.test(value ?? ''))
  return (when === 'any' || when === 'production') && !isForOthers && !isForDevelopers(facts, place)
}
