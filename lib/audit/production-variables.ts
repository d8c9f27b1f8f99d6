import type { VariableFact } from './facts/deployment.js'
import type { Facts } from './facts.js'

/** Whether a file here gives the variable to production: a value, or a reference that the deployment fills in. */
export const isGiven = (facts: Facts, name: string): boolean => givenBy(facts, name) !== undefined

/** The first that does. */
export function givenBy({ variables }: Facts, name: string): VariableFact | undefined {
  return variables.find(
    (each) =>
      each.name === name &&
      !each.example &&
      (each.when === 'any' || each.when === 'production') &&
      each.value?.trim() !== '',
  )
}
