import type { Command } from './commands.js'
import { readDoctor } from './doctor/request.js'
import { type Surroundings, surroundings } from './surroundings.js'

/** `doctor [dir]`: checks what an app runs with. */
export const doctor: Command = (words) => callDoctor(words, surroundings)

/** Loads what the words ask for and nothing else, so that `--help` is quick. */
export async function callDoctor(words: readonly string[], world: Surroundings): Promise<number> {
  const request = readDoctor(words, world.directory)
  if (request) return (await import('./doctor/run.js')).runDoctor(request, world)
  world.stdout.write((await import('./doctor/flags.js')).doctorHelp())
  return 0
}
