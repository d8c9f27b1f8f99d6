#!/usr/bin/env node
import { commandNames, isCommand, loadCommand } from './commands.js'
import { nearest } from './nearest.js'
import { isSupportedNode, nodeRefusal } from './node-version.js'
import { overview } from './overview.js'
import { UsageError } from './usage-error.js'

/** Words in, exit code out. 2: the words are wrong; 3: a fault of ours. */
async function run(words: readonly string[]): Promise<number> {
  const [name, ...rest] = words
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') return say(overview(), name ? 0 : 2)
  if (name === '--version' || name === '-v') return say(`${(await import('./version.js')).version}\n`, 0)
  if (!isSupportedNode(process.versions.node)) throw new UsageError(nodeRefusal(process.versions.node))
  if (!isCommand(name))
    throw new UsageError(`There is no command ${JSON.stringify(name)}.`, nearest(name, commandNames))
  return (await loadCommand(name))(rest)
}

function say(text: string, code: number): number {
  const stream = code === 0 ? process.stdout : process.stderr
  stream.write(text)
  return code
}

/** One that pipes into `head` closes the pipe early; that is no fault. */
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') process.exit(0)
  process.stderr.write(`koa-shared-session: the output cannot be written (${code}), so it is not complete.\n`)
  process.exit(3)
})
// Where nobody reads what went wrong, the exit code says it.
process.stderr.on('error', () => {})

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  if (error instanceof UsageError) {
    process.exitCode = say(`koa-shared-session: ${error.message}\n`, error.exitCode)
  } else {
    const stack = error instanceof Error ? error.stack : String(error)
    process.exitCode = say(
      `koa-shared-session: this is a fault of the tool, not of your app. Please report it.\n${stack}\n`,
      3,
    )
  }
}
