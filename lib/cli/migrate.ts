import type { Command } from './commands.js'

export const migrate: Command = async () => 0
