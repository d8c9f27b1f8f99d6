import type { Needed } from '../deliveries/delivery.js'
import { deliveryOf } from '../deliveries/delivery-of.js'
import type { Edit } from '../edit.js'
import type { Facts } from '../facts.js'
import { isGiven } from '../production-variables.js'
import type { Topology } from '../topology.js'
import { isLive } from './key-fixes.js'
import { keyVariable, redisAddress, sessionDirectory } from './set-up.js'

/** What the change of key and store needs in the deployment files: the same for each fix, so that it is made once. `taken`: the variable that a fix takes the key from. */
export function deliveryEdits(facts: Facts, topology: Topology, taken?: string): readonly Edit[] {
  const needed = neededBy(facts, topology)
  const isThere = taken !== undefined && isGiven(facts, taken)
  return deliveryOf(facts).edits(isThere ? { ...needed, key: undefined } : needed)
}

function neededBy(facts: Facts, { store }: Topology): Needed {
  const key = takesKey(facts) ? keyVariable(facts) : undefined
  const isMoved = facts.sessions.some(({ port, store: { kind } }) => port.edits !== undefined && kind !== 'redis')
  if (!isMoved) return { key, values: [], directory: undefined }
  const isSet = store === 'redis' ? isRedisGiven(facts) : isGiven(facts, 'SESSION_FILE_DIR')
  const address = store === 'redis' && !isSet ? redisAddress(facts) : undefined
  return {
    key,
    values: address === undefined ? [] : [['REDIS_URL', address]],
    directory: store === 'file' && !isSet ? sessionDirectory(facts) : undefined,
  }
}

const isRedisGiven = (facts: Facts) => isGiven(facts, 'REDIS_URL') || isGiven(facts, 'SESSION_REDIS_URL')

/** Whether the change reads the key from the environment: not where it comes from what cannot be followed. */
function takesKey({ sessions, secrets }: Facts): boolean {
  const isOurs = sessions.some(({ port }) => port.edits !== undefined && !port.ownKeys)
  return isOurs || secrets.some((secret) => isLive(secret) && secret.kind !== 'unknown' && secret.once === undefined)
}
