import type { Finding } from './findings.js'
import { afterResponse, clears, header } from './jar.js'
import {
  followOne,
  issues,
  logoutDuring,
  missingFields,
  newJars,
  type Scenario,
  scenarios,
  setField,
  stillIn,
  together,
} from './scenarios.js'
import { isRest, type Shelf } from './shelf.js'
import type { Visitor } from './visitor.js'

type Trial = Scenario['trial']

const own = (title: string, rolling: boolean, trial: Trial): Scenario => ({ title, says: '', rolling, trial })

/** Of requests that each add 1 by update(), all count. */
async function countTogether(visitor: Visitor): Promise<Finding | undefined> {
  const requests = Array.from({ length: 32 }, () => visitor.hold({ kind: 'count', name: 'hits' }))
  await together(requests)
  const { report } = await visitor.ask({ kind: 'read' })
  const hits = report?.fields.hits
  if (hits === requests.length) return undefined
  return visitor.found('inexactCounter', `${hits} instead of ${requests.length}`)
}

/** save(), another request's write, and the end of the first request: all of it stays. */
async function writeAfterSave(visitor: Visitor): Promise<Finding | undefined> {
  const saver = visitor.hold({ ...setField(visitor, 'saver'), kind: 'saved' })
  await saver.reached
  await visitor.ask(setField(visitor, 'other'))
  saver.release()
  await saver.answer
  const lost = await missingFields(visitor, ['saver', 'other'])
  return lost.length > 0 ? visitor.found('lostUpdate', `gone: ${lost.join(' ')}`) : undefined
}

/** A request reads, the session gets a new id, the request goes on: the old id stays dead and the new one whole. */
async function regenerateDuring(kind: 'read' | 'set', visitor: Visitor, shelf?: Shelf): Promise<Finding | undefined> {
  const { jar, user } = visitor
  const late = visitor.hold({ kind, name: 'late', value: `${user}/late` })
  await late.reached
  const moved = await visitor.ask({ kind: 'regenerate', name: 'secret', value: `${user}/secret` })
  late.release()
  const answer = await late.answer
  if (issues(answer)) return visitor.found('deadIdReissued', 'a late response carries a cookie of the replaced id')
  if (answer.setCookies.some(clears)) return visitor.found('lostSession', 'a late response clears the new cookie')
  const { report } = await visitor.ask({ kind: 'read' }, jar)
  if (report?.fields.secret) return visitor.found('leak', 'the old id sees what was written after regenerate()')
  const rest = await shelf?.entry(jar)
  if (rest && !isRest(rest)) return visitor.found('resurrection', 'the replaced id lives on in the store')
  const lost = await followOne(visitor, newJars(jar, [moved]))
  if (lost) return lost
  const missing = await missingFields(visitor, ['secret'])
  return missing.length > 0 ? visitor.found('lostUpdate', 'what the regenerating request wrote is gone') : undefined
}

/** A request reads, the session is logged out, the request asks for a new id: nobody is logged in. */
async function logoutDuringRegenerate(visitor: Visitor, shelf?: Shelf): Promise<Finding | undefined> {
  const { jar } = visitor
  const late = visitor.hold({ kind: 'regenerate' })
  await late.reached
  await visitor.ask({ kind: 'logout' })
  late.release()
  const answer = await late.answer
  visitor.jar = new Map()
  const after = afterResponse(jar, answer.setCookies)
  if (header(after) !== header(jar) && (await shelf?.isLive(after)))
    return visitor.found('resurrection', 'regenerate() brought the session back under a new id')
  return stillIn(visitor, jar, shelf)
}

/** A logout reads, the session gets a new id, the logout goes on: nobody is logged in, under either id. */
async function regenerateDuringLogout(visitor: Visitor, shelf?: Shelf): Promise<Finding | undefined> {
  const { jar } = visitor
  const logout = visitor.hold({ kind: 'logout' })
  await logout.reached
  const moved = await visitor.ask({ kind: 'regenerate' })
  logout.release()
  await logout.answer
  visitor.jar = new Map()
  const [next] = newJars(jar, [moved])
  const { report } = await visitor.ask({ kind: 'read' }, next)
  if (report?.user) return visitor.found('resurrection', 'logged in after the logout, under the new id')
  return stillIn(visitor, jar, shelf)
}

/** What ours is put through: what all are, and what only ours promises. */
export const ownScenarios: readonly Scenario[] = [
  ...scenarios,
  { ...own('update() counters', false, countTogether), crowd: true },
  own('save, and another writer', false, writeAfterSave),
  own('logout, update() in flight', false, (visitor, shelf) => logoutDuring('count', visitor, shelf)),
  own('logout, save() in flight', false, (visitor, shelf) => logoutDuring('saved', visitor, shelf)),
  own('logout, regenerate in flight', false, logoutDuringRegenerate),
  own('regenerate, logout in flight', false, regenerateDuringLogout),
  own('logout, save() in flight, rolling', true, (visitor, shelf) => logoutDuring('saved', visitor, shelf)),
  own('logout, writer in flight, rolling', true, (visitor, shelf) => logoutDuring('set', visitor, shelf)),
  own('regenerate, writer in flight, rolling', true, (visitor, shelf) => regenerateDuring('set', visitor, shelf)),
  own('regenerate, reader in flight, rolling', true, (visitor, shelf) => regenerateDuring('read', visitor, shelf)),
  own('regenerate, writer in flight', false, (visitor, shelf) => regenerateDuring('set', visitor, shelf)),
]
