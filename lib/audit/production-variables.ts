import type { Facts } from './facts.js'

/** Whether a file here gives the variable to production: a value, or a reference that the deployment fills in. */
export function isGiven({ variables }: Facts, name: string): boolean {
  return variables.some(
    (each) =>
      each.name === name &&
      !each.example &&
      (each.when === 'any' || each.when === 'production') &&
      each.value?.trim() !== '',
  )
}
