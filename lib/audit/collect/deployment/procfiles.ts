import { posix } from 'node:path'
import { readProcfile } from '../../files/procfile.js'
import { commandFacts } from './commands.js'
import { whenOfFile } from './file-names.js'
import type { Piece, Reading } from './reading.js'

/** Procfiles, in any letter case and with an ending for an environment: `Procfile.dev`. */
export function readProcfiles(reading: Reading): Piece {
  const files = reading.files.filter(
    (file) => /^procfile(\.\w+)?$/i.test(posix.basename(file)) && !/\.[cm]?[jt]s$/.test(file),
  )
  const commands = files.flatMap((file) => {
    const when = whenOfFile(posix.basename(file))
    return readProcfile(reading.text(file) ?? '').flatMap(({ type, command }) =>
      commandFacts(reading, {
        source: 'procfile',
        name: type,
        file,
        text: command.text,
        span: command,
        dir: posix.dirname(file),
        when,
      }),
    )
  })
  return {
    commands: commands.filter(
      (command) => command.script === undefined || reading.tie(posix.dirname(command.script)) !== 'other',
    ),
  }
}
