import { posix } from 'node:path'
import type { ProcessFact } from '../facts/deployment.js'
import { Places } from '../place.js'
import type { Project } from '../project/project.js'
import type { AppScope } from './apps.js'

/** Egg starts a worker per core where nobody counts them: an app of it is no single process, though no file here starts it. */
export function workersOfEgg(project: Project, app: AppScope, started: readonly ProcessFact[]): ProcessFact[] {
  if (app.framework !== 'egg' || started.some(({ when }) => when === 'any' || when === 'production')) return []
  const file = ['config/config.default.js', 'config/config.default.ts', 'package.json']
    .map((name) => posix.join(app.dir, name))
    .find((name) => project.text(name) !== undefined)
  if (file === undefined) return []
  return [
    {
      kind: 'cluster',
      count: 'cpus',
      variable: undefined,
      place: new Places(file, '').at(0, 0),
      when: 'any',
      script: undefined,
      said: 'Egg starts one worker per core where nothing else is said',
    },
  ]
}
