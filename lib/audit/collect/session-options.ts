import type { Module } from '../source/modules.js'
import { dotted, type Node } from '../source/syntax.js'
import { fieldOf, optionsOf, type Value } from '../source/value.js'
import type { CodeScope } from './code-scope.js'
import { makesApp } from './instances.js'

/** The options among a call's arguments, whichever stands first. `needsApp`: a single argument is the app. */
export function givenOptions(
  scope: CodeScope,
  given: readonly Node[],
  module: Module,
  needsApp: boolean,
  isPlugin: boolean,
): Value | undefined {
  const ask = (argument: Node) => (isPlugin ? answered(scope, argument, module) : scope.evaluator.ask(argument, module))
  const values = given.map((argument) => ({ argument, value: ask(argument) }))
  const isObject = values.find(({ value }) => optionsOf(value).some((option) => option.value.kind === 'object'))
  if (isObject !== undefined || (needsApp && given.length < 2)) return isObject?.value
  return values.find(({ argument, value }) => !isApp(scope, argument, value))?.value
}

/** What the argument is worth; Fastify asks a function for the options of a plugin, and others take what is on the function itself. */
function answered(scope: CodeScope, argument: Node, module: Module): Value {
  const value = scope.evaluator.ask(argument, module)
  return value.kind === 'function' ? scope.evaluator.askResult(value) : value
}

const isApp = (scope: CodeScope, argument: Node, value: Value) =>
  ((value.kind === 'new' || value.kind === 'call') && makesApp(scope, value.callee)) ||
  /app|koa|server|^this$|api$/i.test(dotted(argument) ?? '')

/** Whether production may be given options that the source does not show: they may name a store. */
export function areUnread(options: Value | undefined): boolean {
  if (options === undefined) return false
  return optionsOf(options).some(
    ({ value, when, off }) => off !== true && (when === 'any' || when === 'production') && !isRead(value),
  )
}

const isRead = (value: Value) =>
  value.kind === 'object' ? !value.open : /^(undefined|literal|namespace|function)$/.test(value.kind)

/** The field, in each of the alternatives that the options may be. */
export function optionNamed(scope: CodeScope, options: Value | undefined, name: string): Value | undefined {
  if (options === undefined) return undefined
  const found = optionsOf(options).flatMap(({ value, when }) => {
    const field = fieldOf(value, name) ?? exportedAs(scope, value, name)
    return field && field.value.kind !== 'undefined'
      ? [{ value: field.value, when: field.when === 'any' ? when : field.when }]
      : []
  })
  const [first] = found
  if (first === undefined) return undefined
  return found.length === 1
    ? first.value
    : { kind: 'either', how: 'assigned', options: found, origin: first.value.origin }
}

/** `import * as options from './options'`. */
function exportedAs(scope: CodeScope, value: Value, name: string) {
  if (value.kind !== 'namespace') return undefined
  const found = scope.evaluator.askExport(value.file, name, value.origin)
  return found.kind === 'unknown' && found.why.includes('does not say')
    ? undefined
    : ({ value: found, when: 'any' } as const)
}
