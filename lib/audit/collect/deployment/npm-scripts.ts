import { posix } from 'node:path'
import type { CommandFact } from '../../facts/deployment.js'
import { entriesOf, entryAt, type Tree, textOf } from '../../files/tree.js'
import { isChoreScript } from './chores.js'
import { commandFacts, whenOfScript } from './commands.js'
import type { Piece, Reading } from './reading.js'

/** The scripts of the app's package.json, and of the root's where that starts this app. */
export async function readNpmScripts(reading: Reading): Promise<Piece> {
  const own = reading.scope.packageFile ?? posix.join(reading.scope.dir, 'package.json')
  const commands = await scriptsOf(reading, own)
  if (reading.scope.dir === '.' || own === 'package.json') return { commands }
  const root = (await scriptsOf(reading, 'package.json')).filter((command) => startsThisApp(reading, command))
  return { commands: [...commands, ...root] }
}

async function scriptsOf(reading: Reading, file: string): Promise<readonly CommandFact[]> {
  if (!reading.project.files.includes(file)) return []
  const tree = await reading.json(file)
  const dir = posix.dirname(file)
  const commands = entriesOf(entryAt(tree, 'scripts')?.value).flatMap(({ key, value }) => {
    const text = textOf(value)
    if (!text?.trim() || isChoreScript(key) || /^(pre|post)(?!view)/.test(key)) return []
    // Escapes make the text shorter than what is written: then the place is the whole string.
    const written = { start: value.start + 1, end: value.end - 1 }
    return commandFacts(reading, { source: 'npm', name: key, file, text, span: written, dir, when: whenOfScript(key) })
  })
  return commands.length > 0 ? commands : mainOf(reading, file, tree)
}

/** npm starts `server.js` where no script says so. */
function mainOf(reading: Reading, file: string, tree: Tree | undefined): readonly CommandFact[] {
  const dir = posix.dirname(file)
  const main = entryAt(tree, 'main')
  if (!main || !reading.project.files.includes(posix.join(dir, 'server.js'))) return []
  const span = { start: main.value.start, end: main.value.end }
  return commandFacts(reading, { source: 'npm', name: 'start', file, text: 'node server.js', span, dir, when: 'any' })
}

/** A script of the root belongs to the app that it names: by `cd`, `--prefix`, a workspace, or a path. */
function startsThisApp(reading: Reading, command: CommandFact): boolean {
  const { dir } = reading.scope
  return command.text.split(/[\s'"]+/).some((word) => {
    const path = word.replace(/^--?\w+=/, '')
    return (
      path === dir ||
      path === `./${dir}` ||
      path.startsWith(`${dir}/`) ||
      path.startsWith(`./${dir}/`) ||
      path === posix.basename(dir)
    )
  })
}
