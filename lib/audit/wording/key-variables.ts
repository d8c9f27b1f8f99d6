import type { VariableFact } from '../facts/deployment.js'
import type { Facts } from '../facts.js'
import { isForDevelopers } from './deployed-files.js'

/** The names of environment variables that hold session keys, in code or in the settings of Flask. */
export function keyNames({ secrets, python }: Facts): ReadonlySet<string> {
  const inCode = secrets.flatMap(({ variable }) => variable ?? [])
  const inPython = (python?.settings ?? [])
    .filter(({ name }) => /^secret_key$/i.test(name))
    .flatMap(({ variable }) => variable ?? [])
  return new Set([...inCode, ...inPython])
}

/** Values of session keys that files give to production. */
export function keyValues(facts: Facts): readonly VariableFact[] {
  const names = keyNames(facts)
  return facts.variables.filter(
    ({ name, example, when, place }) =>
      names.has(name) && !example && when !== 'development' && when !== 'test' && !isForDevelopers(facts, place),
  )
}

/** Whether the value is written there, and is one: not taken from elsewhere, not empty. */
export function isLiteral({ value, fromSecret }: VariableFact): boolean {
  return value !== undefined && value.trim() !== '' && !fromSecret
}
