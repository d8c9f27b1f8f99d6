import type { Facts } from '../facts.js'
import type { Place } from '../place.js'

/** A file whose name, or directory, says that it is for developers or tests. */
export function isDevelopmentFile(file: string): boolean {
  return /(^|[._/-])(dev|develop|development|override|local|tests?|ci|e2e|staging|stage|preprod)([._/-]|$)/i.test(file)
}

/** Where Kubernetes runs the app, compose files are how people develop it. */
export function isForDevelopers({ hosts }: Facts, { file }: Place): boolean {
  if (isDevelopmentFile(file)) return true
  return hosts.some(({ kind }) => kind === 'k8s') && /(^|\/)(docker-)?compose[\w.-]*\.ya?ml$/.test(file)
}
