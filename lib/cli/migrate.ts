import type { Command } from './commands.js'
import { readMigrate } from './migrate/request.js'
import { type Surroundings, surroundings } from './surroundings.js'

export const migrate: Command = (words) => runMigrate(words, surroundings)

/** Loads what the words ask for and nothing else, so that `--help` is quick. */
export async function runMigrate(words: readonly string[], world: Surroundings): Promise<number> {
  const request = readMigrate(words)
  switch (request.ask) {
    case 'help':
      return say((await import('./migrate/flags.js')).migrateHelp(), world)
    case 'explain':
      return say(await (await import('./migrate/rule-text.js')).explain(request.rule), world)
    case 'rules':
      return say(await (await import('./migrate/rule-text.js')).listRules(request.format), world)
    case 'audit':
      return (await import('./migrate/run.js')).runAudit(request.flags, world)
  }
}

function say(text: string, { stdout }: Surroundings): number {
  stdout.write(text)
  return 0
}
