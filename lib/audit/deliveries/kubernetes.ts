import type { SettingsFact } from '../facts/settings.js'
import type { Facts } from '../facts.js'
import { at, listed } from '../wording/places.js'
import { insertion } from './compose.js'
import type { Delivery, DeliveryBy, Instruction } from './delivery.js'

const made = '$(npx koa-shared-session secret)'

/** A Secret holds the key; the container takes it from there. */
export const byKubernetes: DeliveryBy = (facts, settings): Delivery => {
  const [first] = settings as readonly [SettingsFact]
  const names = listed([...new Set(settings.map(({ name }) => name))])
  const secret = first.secret?.name ?? first.name
  return {
    key: (variable) => keyOf(facts, first, variable),
    value: (name, value) => ({
      words: `Give ${names} the variable ${name}, under env in ${first.place.file}, from a Secret where it holds a password`,
      command: `- { name: ${name}, value: "${value}" }`,
    }),
    directory: () => [
      { words: `Session files of a pod are gone with it: give ${names} Redis, or a volume that all pods may write to` },
    ],
    edits: ({ key }) =>
      key === undefined || first.secret?.whole
        ? []
        : settings.flatMap(({ next }) => (next === undefined ? [] : [insertion(next, 'env', reference(key, secret))])),
    file: undefined,
  }
}

const reference = (variable: string, secret: string): readonly string[] => [
  `- name: ${variable}`,
  '  valueFrom:',
  `    secretKeyRef: { name: ${secret}, key: ${variable} }`,
]

function keyOf({ variables }: Facts, { secret, name, place }: SettingsFact, variable: string): readonly Instruction[] {
  const given = variables.find((each) => each.name === variable && each.secret !== undefined)
  if (given?.secret !== undefined)
    return [
      {
        words: `${variable} comes from the key ${given.secret.key} of the Secret ${given.secret.name} (${at(given.place)}). Put a strong one there, and restart the pods`,
        command: `${patch(given.secret.name, given.secret.key)} && kubectl rollout restart deployment/${name}`,
      },
    ]
  const put = secret === undefined ? create(name, variable) : patch(secret.name, variable)
  const taken = {
    words: `Let ${name} take it from there, under env in ${place.file}`,
    command: `- { name: ${variable}, valueFrom: { secretKeyRef: { name: ${secret?.name ?? name}, key: ${variable} } } }`,
  }
  return [
    { words: `Make one key for all pods, in the Secret ${secret?.name ?? name}`, command: put },
    ...(secret?.whole ? [] : [taken]),
  ]
}

const create = (secret: string, key: string) =>
  `kubectl create secret generic ${secret} --from-literal=${key}="${made}"`
const patch = (secret: string, key: string) =>
  `kubectl patch secret ${secret} -p '{"stringData":{"${key}":"'"${made}"'"}}'`
