import { posix } from 'node:path'
import type { CommandFact, VariableFact } from '../../facts/deployment.js'
import { readMakefile } from '../../files/makefile.js'
import { shellSegments } from '../../files/shell-words.js'
import { isChoreScript } from './chores.js'
import { commandFacts, whenOfScript } from './commands.js'
import { whenOfFile } from './file-names.js'
import type { Piece, Reading } from './reading.js'

/** Makefiles: the recipe lines that start a server. */
export function readMakefiles(reading: Reading): Piece {
  const files = reading.files.filter((file) => /^(gnu)?makefile$/i.test(posix.basename(file)))
  const commands = files.flatMap((file) =>
    readMakefile(reading.text(file) ?? '').flatMap(({ target, lines }) => {
      if (isChoreScript(target)) return []
      const dir = posix.dirname(file)
      const when = whenOfScript(target)
      return lines.flatMap((line) => {
        // `$(NODE)` and `$$HOME` are make's, not the shell's.
        const text = line.text.replace(/\$\$/g, ' $')
        return servers(commandFacts(reading, { source: 'makefile', name: target, file, text, span: line, dir, when }))
      })
    }),
  )
  return { commands }
}

/** Shell scripts: the commands that start a server, and the variables that those scripts export to it. */
export function readShellScripts(reading: Reading): Piece {
  const files = reading.files.filter((file) => /\.(sh|bash)$/.test(file) && !/(^|\/)(test|ci|bench|vendor)/.test(file))
  const scripts = files.map((file) => ({ file, commands: serversOf(reading, file) }))
  const starting = scripts.filter(({ commands }) => commands.length > 0)
  return {
    commands: starting.flatMap(({ commands }) => commands),
    variables: starting.flatMap(({ file }) => exportsOf(reading, file)),
  }
}

function serversOf(reading: Reading, file: string): readonly CommandFact[] {
  const text = reading.text(file) ?? ''
  const inRoot = posix.dirname(file) === reading.scope.dir ? posix.dirname(file) : reading.scope.dir
  return shellSegments(text).flatMap((segment) => {
    const span = { start: segment.start, end: segment.end }
    const written = {
      source: 'shell',
      name: posix.basename(file),
      file,
      text: text.slice(span.start, span.end),
      span,
      dir: inRoot,
      when: whenOfFile(posix.basename(file)),
    } as const
    return servers(commandFacts(reading, written)).filter(
      (command) => command.runner !== 'npm' || command.npmScript === 'start',
    )
  })
}

/** `export SECRET_KEY='…'` with a text that no shell has to make. */
function exportsOf(reading: Reading, file: string): readonly VariableFact[] {
  return shellSegments(reading.text(file) ?? '')
    .filter(({ words }) => words[0]?.text === 'export')
    .flatMap(({ words }) => words.slice(1))
    .flatMap((word) => {
      const [, name, value] = /^([A-Za-z_]\w*)=(.+)$/s.exec(word.text) ?? []
      return name === undefined || word.expands
        ? []
        : [reading.variable(file, { name, value, source: 'script', place: word })]
    })
}

/** Scripts hold many commands: only those count that start something known to stay. */
function servers(commands: readonly CommandFact[]): readonly CommandFact[] {
  return commands.filter((command) => {
    if (command.runner === 'other') return false
    if (command.runner === 'pm2')
      return /^(start|startOr\w+)$/.test(command.args[0] ?? '') || !/^pm2 /.test(command.text)
    return command.runner !== 'node' || command.script !== undefined
  })
}
