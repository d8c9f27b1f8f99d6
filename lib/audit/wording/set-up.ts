import type { Instruction } from '../deliveries/delivery.js'
import { deliveryOf } from '../deliveries/delivery-of.js'
import type { Facts } from '../facts.js'
import { givenBy, isGiven } from '../production-variables.js'
import type { Topology } from '../topology.js'
import { keyNames } from './key-variables.js'
import { ourVariable } from './our-variable.js'

/** `--settings .env`, where that file is there, or is what the guide has made. */
export function settingsOption(facts: Facts): string {
  const file = settingsOf(facts) ?? (keyVariable(facts) === undefined ? undefined : deliveryOf(facts).file)
  return file === undefined ? '' : ` --settings ${file}`
}

/** What stands before a command that starts the app by hand, where no file that is here has the key. */
export function keyByHand(facts: Facts): string {
  const variable = keyVariable(facts) ?? [...keyNames(facts)].find((name) => isElsewhere(facts, name))
  const isKept = variable === undefined || settingsOption(facts) !== ''
  return isKept ? '' : `${variable}="$(npx koa-shared-session secret)" `
}

/** The deployment fills it in. */
const isElsewhere = (facts: Facts, name: string) => {
  const given = givenBy(facts, name)
  return given !== undefined && given.value === undefined
}

/** The file of the app with its settings, or part of them. */
function settingsOf({ variables, app }: Facts): string | undefined {
  const file = app.dir === '.' ? '.env' : `${app.dir}/.env`
  return variables.some(({ place }) => place.file === file) ? '.env' : undefined
}

/** The variable of the key that no file here gives to production; undefined where one does, or where there is no such key. */
export function keyVariable(facts: Facts): string | undefined {
  if (facts.sessions.length === 0) return undefined
  const own = facts.secrets.find(({ sink }) => sink.name === 'sharedSession')?.variable
  const names = own === undefined ? [...keyNames(facts)] : [own]
  const [first = ourVariable] = names
  return [first, ...names].some((name) => isGiven(facts, name)) ? undefined : first
}

/** How sessions get their place, one command an action. */
export function storeActions(facts: Facts, topology: Topology): readonly string[] {
  return topology.store === 'redis' ? redisActions(facts, topology) : directoryActions(facts)
}

/** Words, and what is to be copied. */
export const actionOf = ({ words, command }: Instruction): string =>
  command === undefined ? words : `${words}: \`${command}\``

function redisActions(facts: Facts, { needsRedis, target }: Topology): readonly string[] {
  if (isGiven(facts, 'REDIS_URL') || isGiven(facts, 'SESSION_REDIS_URL')) return []
  const who = target.hosts > 1 ? `${target.hosts} hosts` : 'containers'
  const { words, ...given } = deliveryOf(facts).value('REDIS_URL', redisAddress(facts) ?? 'redis://…')
  return [actionOf({ words: `${words}${needsRedis ? `, a Redis that all ${who} reach` : ''}`, ...given })]
}

/** The server that a compose file of the app starts is found by its name; undefined: its address is not known. */
export function redisAddress({ redisServers }: Facts): string | undefined {
  const own = redisServers.find(({ place }) => /compose[\w.-]*\.ya?ml$/.test(place.file))
  return own === undefined || own.password !== false ? undefined : `redis://${own.name}:6379`
}

/** A directory for session files that outlives restarts; its parent can be a volume. */
export function sessionDirectory({ app }: Facts): string {
  return `/var/lib/${app.name.replace(/^@/, '').replace(/[^\w.-]+/g, '-') || 'app'}/sessions`
}

function directoryActions(facts: Facts): readonly string[] {
  if (isGiven(facts, 'SESSION_FILE_DIR')) return []
  return deliveryOf(facts).directory(sessionDirectory(facts)).map(actionOf)
}
