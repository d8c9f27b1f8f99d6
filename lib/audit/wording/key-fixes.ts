import { keyWeakness } from '../../core/key-strength.js'
import type { Instruction } from '../deliveries/delivery.js'
import { deliveryOf } from '../deliveries/delivery-of.js'
import type { Edit } from '../edit.js'
import type { SecretFact, SinkFact } from '../facts/secret.js'
import type { Facts } from '../facts.js'
import { ourVariable } from './our-variable.js'

const make = (variable: string) =>
  `npx koa-shared-session secret --env${variable === ourVariable ? '' : ` ${variable}`}`

/** How a key gets into the environment of all processes. */
export function howToMakeKey(variable: string, facts: Facts): string {
  return deliveryOf(facts).key(variable).map(paragraph).join('\n')
}

const paragraph = ({ words, command }: Instruction) => (command === undefined ? `${words}.` : `${words}:\n  ${command}`)

/** What people write where no machine may: `\nTake it there: …`. Egg takes one text, with commas between keys. */
export function takenByHand({ sink, ...secret }: SecretFact, variable: string, { framework }: Facts): string {
  if (isWritable({ sink, ...secret })) return ''
  const value = `process.env.${variable}`
  const option = / (\w*(?:keys?|secret|password))$/i.exec(sink.name)?.[1]
  const line =
    framework.name === 'egg'
      ? `config.keys = ${value}`
      : /(^|\.)keys$/.test(sink.name)
        ? `app.keys = ${listFrom(variable)}`
        : `${option === undefined ? '' : `${option}: `}${value}`
  return `\nTake it where the key is now, and stop the start where ${variable} is unset:\n  ${line}`
}

/** Two keys, the newest first, as the place takes them: `app.keys = […]`, `secret: […]`. */
export function twoKeys({ sink, variable = ourVariable }: Pick<SecretFact, 'sink' | 'variable'>): string {
  const list = `[process.env.${variable}, process.env.OLD_${variable}]`
  const option = / (keys|secret|password)$/.exec(sink.name)?.[1]
  if (/^cookie-parser/.test(sink.name)) return `cookieParser(${list})`
  return option === undefined ? `app.keys = ${list}` : `${option}: ${list}`
}

/** What becomes of users and of the key that is replaced. One that others may know, or guess, would go on verifying what they forge. */
export function whatChangingCosts(old: readonly string[], two: string): string {
  const cost = 'Changing the key logs everybody out once.'
  return old.some((key) => keyWeakness(key) !== undefined)
    ? `${cost} Do not keep the old key beside the new one: whoever knows or guesses it could go on signing cookies, and sharedSession() refuses it.`
    : `${cost} To avoid that, keep the old one beside it for one cookie lifetime, ${two}, but only where nobody else could read it: it stays in the history of the repository.`
}

/** The sink takes the variable instead, and the start fails where it is unset. */
export function takeFromEnvironment(sink: SinkFact, variable: string): readonly Edit[] {
  const { place, property, statement, indent, semicolon, leftovers } = sink
  const isList = /keys$/.test(sink.name) || sink.name === 'new Koa'
  const value = isList ? listFrom(variable) : `process.env.${variable}`
  const text = property === undefined ? value : `${property}: ${value}`
  const { file, start, end } = place
  return [guard(statement, indent, semicolon, variable), ...leftovers, { file, start, end, text }]
}

/** A variable that is named for several keys holds them with commas between. */
const listFrom = (variable: string) =>
  /(KEYS|SECRETS)$/i.test(variable) ? `process.env.${variable}.split(',')` : `[process.env.${variable}]`

function guard(statement: SinkFact['statement'], indent: string, semicolon: boolean, variable: string): Edit {
  const end = semicolon ? ';' : ''
  const text = `if (!process.env.${variable}) throw new Error('${variable} is not set. Make one: ${make(variable)}')${end}\n${indent}`
  return { file: statement.file, start: statement.start, end: statement.start, text }
}

/** Facts of one sink belong together: one list of keys is changed once. */
export function bySink(secrets: readonly SecretFact[]): SecretFact[][] {
  const groups = new Map<string, SecretFact[]>()
  for (const secret of secrets) {
    const key = `${secret.sink.place.file}:${secret.sink.place.start}`
    groups.set(key, [...(groups.get(key) ?? []), secret])
  }
  return [...groups.values()]
}

/** Whether a machine may write the sink: Koa's keys, or the secret of another session, in the file of the statement. */
export const isWritable = ({ sink }: SecretFact): boolean =>
  (/(^|\.)keys$|^(express-session|cookie-session|@?fastify[/-]\S*) (secret|keys)$/.test(sink.name) ||
    sink.name === 'new Koa') &&
  sink.place.file === sink.statement.file &&
  !/\.json$/.test(sink.place.file)

/** Production is what counts; a key for tests only is no fault. */
export const isLive = ({ when }: SecretFact): boolean => when === 'any' || when === 'production'
