/** A command takes the words after its name and answers the exit code. */
export type Command = (words: readonly string[]) => Promise<number>

/** Loaded when called only, so that `--help` costs no more than Node itself. */
const commands = {
  migrate: async () => (await import('./migrate.js')).migrate,
  doctor: async () => (await import('./doctor.js')).doctor,
  serve: async () => (await import('./serve.js')).serve,
  secret: async () => (await import('./secret.js')).secret,
  sessions: async () => (await import('./sessions.js')).sessions,
} satisfies Record<string, () => Promise<Command>>

type CommandName = keyof typeof commands

export const commandNames: readonly string[] = Object.keys(commands)

export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(commands, name)
}

export function loadCommand(name: CommandName): Promise<Command> {
  return commands[name]()
}
