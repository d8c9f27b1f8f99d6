import type { Facts } from '../facts.js'
import type { Place } from '../place.js'

/** A file whose name, or directory, says that it is for developers or tests. */
export function isDevelopmentFile(file: string): boolean {
  return /(^|[._/-])(dev|develop|development|override|local|tests?|ci|e2e|staging|stage|preprod)([._/-]|$)/i.test(file)
}

/** Compose files are how people develop where Kubernetes runs the app, and where each NODE_ENV in them says so. */
export function isForDevelopers({ hosts, variables }: Facts, { file }: Place): boolean {
  if (isDevelopmentFile(file)) return true
  if (!/(^|\/)(docker-)?compose[\w.-]*\.ya?ml$/.test(file)) return false
  const said = variables.filter(({ name, place }) => name === 'NODE_ENV' && place.file === file)
  const isForTrials = said.length > 0 && said.every(({ value }) => /^(dev|test|local)/.test(value ?? ''))
  return isForTrials || hosts.some(({ kind }) => kind === 'k8s')
}
