import { posix } from 'node:path'
import type { Installer } from '../facts/app.js'
import type { Project } from '../project/project.js'
import type { AppScope } from './apps.js'

const locks: Readonly<Record<string, Installer>> = {
  'yarn.lock': 'yarn',
  'pnpm-lock.yaml': 'pnpm',
  'bun.lock': 'bun',
  'bun.lockb': 'bun',
}

/** Who installs packages: the lock file nearest to the app tells, else `packageManager` of its package.json. */
export function installerOf(project: Project, { dir, packageFile }: AppScope): Installer {
  const near = [...project.lockFiles]
    .filter((file) => isAbove(posix.dirname(file), dir))
    .sort((a, b) => posix.dirname(b).length - posix.dirname(a).length)
    .map((file) => locks[posix.basename(file)] ?? 'npm')
  const said = /"packageManager"\s*:\s*"(npm|yarn|pnpm|bun)@/.exec(project.text(packageFile ?? '') ?? '')?.[1]
  return near[0] ?? (said as Installer | undefined) ?? 'npm'
}

const isAbove = (folder: string, dir: string) => folder === '.' || folder === dir || dir.startsWith(`${folder}/`)
