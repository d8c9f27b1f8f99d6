import type { Facts } from '../facts.js'
import { isGiven } from '../production-variables.js'
import type { Topology } from '../topology.js'
import { ourVariable } from './key-fixes.js'
import { keyNames } from './key-variables.js'

/** The file in which the guide keeps what must not be in the source. */
const settingsFile = '.env'

/** `--settings .env`, where that file is there, or is what the guide has made. */
export function settingsOption(facts: Facts): string {
  return isSettingsFile(facts) || keyVariable(facts) !== undefined ? ` --settings ${settingsFile}` : ''
}

/** Whether the app has a file with its settings, or part of them. */
export function isSettingsFile({ variables, app }: Facts): boolean {
  const file = app.dir === '.' ? settingsFile : `${app.dir}/${settingsFile}`
  return variables.some(({ place }) => place.file === file)
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

function redisActions(facts: Facts, { needsRedis, target }: Topology): readonly string[] {
  if (isGiven(facts, 'REDIS_URL') || isGiven(facts, 'SESSION_REDIS_URL')) return []
  const who = target.hosts > 1 ? `${target.hosts} hosts` : 'containers'
  return [
    `Give all processes the same address of Redis${needsRedis ? `, which all ${who} must reach` : ''}: \`REDIS_URL=${redisAddress(facts)}\``,
  ]
}

/** The server that a compose file of the app starts is found by its name. */
function redisAddress({ redisServers }: Facts): string {
  const own = redisServers.find(({ place }) => /compose[\w.-]*\.ya?ml$/.test(place.file))
  return own === undefined || own.password !== false ? 'redis://…' : `redis://${own.name}:6379`
}

function directoryActions(facts: Facts): readonly string[] {
  if (isGiven(facts, 'SESSION_FILE_DIR')) return []
  const name = facts.app.name.replace(/^@/, '').replace(/[^\w.-]+/g, '-') || 'app'
  const directory = `/var/lib/${name}/sessions`
  const unit = facts.containers.find(({ kind }) => kind === 'systemd')
  const inContainer = unit === undefined && facts.containers.length > 0
  const command = `sudo install -dm 700 -o ${unit?.user ?? '"$USER"'} ${directory}`
  return [
    inContainer
      ? `Mount one volume at ${directory} into each container of the app, and let the user that runs the app own it; open to others it is refused. It works for one server; for a second server use Redis`
      : `Make one directory that outlives restarts, for the user that runs the app; open to others it is refused. It works for one server; for a second server use Redis: \`${command}\``,
    `Name it to all processes: \`echo SESSION_FILE_DIR=${directory} >> ${settingsFile}\``,
  ]
}
