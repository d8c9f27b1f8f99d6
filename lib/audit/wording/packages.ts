import type { AppFact, Installer } from '../facts/app.js'

const adds: Readonly<Record<Installer, string>> = {
  npm: 'npm install',
  yarn: 'yarn add',
  pnpm: 'pnpm add',
  bun: 'bun add',
}

/** The command that puts this package among the app's dependencies. */
export function addPackage({ installer }: Pick<AppFact, 'installer'>): string {
  return `${adds[installer]} koa-shared-session`
}

/** The command that installs what package.json asks for, and brings the lock file up to date. */
export function installAll({ installer }: Pick<AppFact, 'installer'>): string {
  return `${installer} install`
}
