import type { Flag } from './flags.js'

/**
 * The file with the variables of the app, by one name in all commands; each says itself what it does with them. It is
 * not called --env-file: Node takes that for itself, also where it stands after the program.
 */
export const settingsFlag = {
  name: 'settings',
  value: '<file>',
  elsewhere: '--env-file',
  many: true,
} as const satisfies Omit<Flag, 'says'>
