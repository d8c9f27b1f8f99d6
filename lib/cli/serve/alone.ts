import { Module } from 'node:module'
import type { FlagWords } from '../flags.js'
import { UsageError } from '../usage-error.js'

/** Runs the app in this very process, as `node app.js` would: for a debugger. */
export function runAlone({
  entry,
  args,
  env,
  words,
}: {
  entry: string
  args: readonly string[]
  env: Readonly<Record<string, string>>
  words: FlagWords
}): number {
  const unfit = ['require', 'import', 'node-arg'].find((name) => words.has(name))
  if (unfit)
    throw new UsageError(
      `--${unfit} is for workers, and --workers 0 has none. Give it to Node itself: node --${unfit} … $(which koa-shared-session) serve …`,
    )
  Object.assign(process.env, env)
  process.argv = [process.execPath, entry, ...args]
  Module.runMain()
  return 0
}
