import { SessionError } from '../core/errors.js'
import type { Inventory } from '../stores/inventory.js'
import type { Command } from './commands.js'
import { type FlagWords, readFlags } from './flags.js'
import { nearest } from './nearest.js'
import { firstGiven, quoted, wholeNumber } from './numbers.js'
import { sessionsFlags, sessionsHelp } from './sessions/flags.js'
import { type AdministeredPlace, findPlace } from './sessions/place.js'
import { isOpen, readSelection, type SelectedSession, type Selection, select } from './sessions/selection.js'
import { table, tell } from './sessions/table.js'
import { unreadSettings } from './unread-settings.js'
import { UsageError } from './usage-error.js'

type Act = (place: AdministeredPlace, selection: Selection, words: FlagWords) => Promise<{ text: string; json: object }>

const acts: Record<string, Act> = { count, list, revoke, prune }
const actNames = Object.keys(acts)

/** `sessions count|list|revoke|prune`. */
export const sessions: Command = async (given) => {
  const words = readFlags(given, sessionsFlags)
  if (words.has('help')) {
    process.stdout.write(sessionsHelp)
    return 0
  }
  const [name, ...handles] = words.operands
  const act = name !== undefined && Object.hasOwn(acts, name) ? acts[name] : undefined
  if (!act) throw unknownAct(name)
  refuseUseless(name ?? '', handles, words)
  const selection = readSelection(words, handles)
  if (name === 'revoke') refuseUnclear(selection, words)
  const unread = unreadSettings(words, process.env)
  if (unread) process.stderr.write(`koa-shared-session: ${unread}\n`)
  const { text, json } = await run(act, selection, words).catch(explain)
  process.stdout.write(words.has('json') ? `${JSON.stringify(json)}\n` : `${text}\n`)
  return 0
}

async function run(act: Act, selection: Selection, words: FlagWords) {
  const place = findPlace(words)
  try {
    return await act(place, selection, words)
  } finally {
    await place.inventory.close()
  }
}

async function count({ inventory, where }: AdministeredPlace, selection: Selection) {
  let sessions = 0
  for await (const { successor } of selected(inventory, selection)) if (successor === undefined) sessions += 1
  return { text: `${plural(sessions)} (${where})`, json: { sessions } }
}

async function list({ inventory, where }: AdministeredPlace, selection: Selection, words: FlagWords) {
  const given = firstGiven(['--limit', words.text('limit')])
  const limit = given ? wholeNumber(given, 'sessions', 1, 1_000_000) : 100
  const found: SelectedSession[] = []
  let more = false
  for await (const session of selected(inventory, selection)) {
    if (session.successor !== undefined) continue
    more = found.length === limit
    if (more) break
    found.push(session)
  }
  const rest = more ? `\nThere are more than ${limit}: --limit shows them.` : ''
  const text = found.length === 0 ? `no sessions (${where})` : `${table(found, Date.now())}${rest}`
  return { text, json: { sessions: found.map(tell), more } }
}

async function revoke({ inventory }: AdministeredPlace, selection: Selection, words: FlagWords) {
  const dryRun = words.has('dry-run')
  let revoked = 0
  for await (const session of selected(inventory, selection)) {
    const counts = session.successor === undefined
    if (dryRun) {
      if (counts) revoked += 1
      continue
    }
    // It may have gone on under a new id that is listed nowhere yet.
    if (session.successor !== undefined) await inventory.endKey(session.successor)
    if ((await inventory.end(session.record)) && counts) revoked += 1
  }
  const text = dryRun ? `${plural(revoked)} would end` : `${plural(revoked)} ended`
  return { text, json: { revoked, dryRun } }
}

async function prune({ inventory, where }: AdministeredPlace) {
  const pruned = await inventory.prune()
  const text =
    pruned === undefined
      ? 'Redis ends expired sessions by itself: there is nothing to remove'
      : `${plural(pruned)} had expired and ${pruned === 1 ? 'was' : 'were'} removed (${where})`
  return { text, json: { pruned: pruned ?? 0 } }
}

async function* selected(inventory: Inventory, selection: Selection): AsyncGenerator<SelectedSession> {
  const now = Date.now()
  for await (const batch of inventory.records(selection.where.length > 0))
    for (const record of batch) {
      const session = select(record, selection, now)
      if (session) yield session
    }
}

function unknownAct(name: string | undefined): UsageError {
  const list = `${actNames.slice(0, -1).join(', ')} or ${actNames.at(-1)}`
  if (name === undefined) return new UsageError(`sessions needs to be told what to do: ${list}.`)
  return new UsageError(`sessions can ${list}, and not ${quoted(name)}.`, nearest(name, actNames))
}

/** An option that would be passed over in silence is refused. */
function refuseUseless(name: string, handles: readonly string[], words: FlagWords): void {
  const only: Record<string, readonly string[]> = { all: ['revoke'], 'dry-run': ['revoke'], limit: ['list'] }
  const selecting = ['count', 'list', 'revoke']
  for (const flag of ['where', 'older-than', 'idle-for', ...Object.keys(only)])
    if (words.has(flag) && !(only[flag] ?? selecting).includes(name))
      throw new UsageError(`sessions ${name} takes no --${flag}.`)
  if (handles.length > 0 && name !== 'revoke') throw new UsageError(`sessions ${name} takes no handles.`)
}

function refuseUnclear(selection: Selection, words: FlagWords): void {
  if (isOpen(selection) !== words.has('all'))
    throw new UsageError(
      words.has('all')
        ? 'sessions revoke takes --all, or says which: not both.'
        : 'sessions revoke needs to know which: handles, --where, --older-than, --idle-for, or --all.',
    )
}

/** What goes wrong with settings or a store is no fault of the tool. */
function explain(error: unknown): never {
  if (error instanceof SessionError && error.code !== 'SESSION_STORE_DOWN') throw new UsageError(error.message)
  const isOurs = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError
  if (error instanceof UsageError || isOurs || !(error instanceof Error)) throw error
  throw new UsageError(`The session store does not answer: ${reasonOf(error)}`, undefined, 1)
}

/** Our errors say all that is needed; those of a client of Redis have the reason inside. */
function reasonOf(error: Error): string {
  if (error instanceof SessionError) return error.message
  const { message } = error.cause instanceof Error ? error.cause : error
  return `${message.replace(/\.$/, '')}. koa-shared-session doctor says more.`
}

const plural = (count: number) => `${count} session${count === 1 ? '' : 's'}`
