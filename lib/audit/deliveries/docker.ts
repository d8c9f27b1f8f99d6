import { posix } from 'node:path'
import type { Facts } from '../facts.js'
import { type Delivery, directoryVariable, type Instruction } from './delivery.js'
import { bySettingsAlone, intoSettings, settingsFile } from './settings-file.js'

/** A Dockerfile alone: whoever starts the image hands the variables in. */
export const byDocker = (facts: Facts): Delivery => ({
  ...bySettingsAlone,
  key: (variable) => [
    ...bySettingsAlone.key(variable),
    {
      words: `Hand ${settingsFile} to each container, and keep it out of the image by .dockerignore`,
      command: `docker run --env-file ${settingsFile} …`,
    },
  ],
  directory: (path) => [
    {
      words: 'Mount one volume into each container of the app; it works for one server, for a second server use Redis',
      command: `docker run -v sessions:${posix.dirname(path)} …`,
    },
    ...ownedDirectory(facts, posix.dirname(path)),
    intoSettings(directoryVariable, path),
  ],
})

/** A new volume takes its owner from the directory of the image. */
export function ownedDirectory({ containers }: Facts, path: string): readonly Instruction[] {
  const { user, place } = containers.find((each) => each.kind === 'dockerfile' && each.user !== undefined) ?? {}
  if (user === undefined || place === undefined || /^(root|0)(:|$)/.test(user)) return []
  return [
    {
      words: `Let the image have that directory for the user that runs the app, before USER in ${place.file}: a new volume takes its owner`,
      command: `RUN install -d -o ${user.split(':')[0]} ${path}`,
    },
  ]
}
