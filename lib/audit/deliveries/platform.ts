import type { ProxyFact } from '../facts/proxy.js'
import type { Delivery } from './delivery.js'
import { atEphemeralDisk } from './heroku.js'

interface Platform {
  readonly name: string
  /** What sets a variable there. */
  set(name: string, value: string): string
}

const made = '"$(npx koa-shared-session secret)"'

/** Platforms that keep variables themselves. */
const platforms: Partial<Record<ProxyFact['kind'], Platform>> = {
  fly: { name: 'Fly', set: (name, value) => `fly secrets set ${name}=${value}` },
  railway: { name: 'Railway', set: (name, value) => `railway variables --set ${name}=${value}` },
  render: {
    name: 'Render, under envVars in render.yaml',
    set: (name, value) => `- { key: ${name}, ${value === made ? 'generateValue: true' : `value: "${value}"`} }`,
  },
}

/** Undefined for a platform of which nothing more is known. */
export function byPlatform(kind: ProxyFact['kind']): Delivery | undefined {
  const platform = platforms[kind]
  if (platform === undefined) return undefined
  return {
    key: (variable) => [
      { words: `Make one key, as the variable ${variable} of ${platform.name}`, command: platform.set(variable, made) },
    ],
    value: (name, value) => ({
      words: `Give all processes the same ${name}, as a variable of ${platform.name}`,
      command: platform.set(name, value),
    }),
    directory: () => [atEphemeralDisk],
    edits: () => [],
    file: undefined,
  }
}
