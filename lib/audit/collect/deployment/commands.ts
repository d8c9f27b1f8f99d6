import { posix } from 'node:path'
import type { CommandFact } from '../../facts/deployment.js'
import type { When } from '../../facts/when.js'
import { shellSegments } from '../../files/shell-words.js'
import type { Span } from '../../files/tree.js'
import { whenOfName, whenOfValue } from './file-names.js'
import { type Program, programsOf, programsOfList } from './programs.js'
import type { Reading } from './reading.js'

/** A command as a file gives it. */
export interface Written {
  readonly source: CommandFact['source']
  readonly name: string
  readonly file: string
  readonly text: string
  readonly span: Span
  /** The words of an exec form. */
  readonly exec?: readonly string[] | undefined
  readonly form?: CommandFact['form']
  /** Where it runs, relative to the audited directory. */
  readonly dir: string
  readonly when: When
  readonly environment?: Readonly<Record<string, string>>
}

/** The commands of one text that start something; the last program of the text where none does. */
export function commandFacts(reading: Reading, written: Written): readonly CommandFact[] {
  const all = programsIn(written)
  const starting = all.filter((program) => program.starts)
  const chosen = starting.length > 0 ? withoutPreparations(starting) : all.slice(-1)
  return chosen.map((program) => commandFact(reading, written, program))
}

function programsIn(written: Written): readonly Program[] {
  return written.exec ? programsOfList(written.exec, written.span) : programsOf(written.text, written.span.start)
}

/** Of programs one after the other only the last stays; what `&` or `concurrently` starts stays beside it. */
function withoutPreparations(programs: readonly Program[]): readonly Program[] {
  const last = programs.at(-1)
  return programs.filter((program) => program === last || isServer(program) === isServer(last))
}

function isServer(program: Program | undefined): boolean {
  return program !== undefined && program.runner !== 'other'
}

/** The programs of a command fact, to follow what it starts. */
export function programsOfCommand(command: CommandFact): readonly Program[] {
  const span = { start: command.place.start, end: command.place.end }
  if (command.form !== 'exec') return programsOf(command.text, span.start).filter((program) => program.starts)
  return programsOfList(wordsOfExec(command.text), span).filter((program) => program.starts)
}

/** The text of an exec form as it is kept in a command fact: its JSON. */
export function execText(words: readonly string[]): string {
  return JSON.stringify(words)
}

function wordsOfExec(text: string): readonly string[] {
  const words: unknown = JSON.parse(text)
  return Array.isArray(words) ? words.map(String) : []
}

function commandFact(reading: Reading, written: Written, program: Program): CommandFact {
  const environment = { ...written.environment, ...program.environment }
  const { runner, script, args, npmScript, watches } = program
  return {
    source: written.source,
    name: written.name,
    text: written.exec ? execText(written.exec) : written.text,
    place: reading.place(written.file, written.span),
    dir: written.dir,
    runner,
    script:
      script === undefined || runner === 'gunicorn' || runner === 'waitress'
        ? script
        : reading.resolve(written.dir, script),
    args,
    environment,
    when: whenOf(written, program, environment),
    form: written.form,
    npmScript,
    watches,
  }
}

function whenOf(written: Written, program: Program, environment: Readonly<Record<string, string>>): When {
  if (written.when !== 'any') return written.when
  const said = whenOfValue(environment.NODE_ENV ?? environment.EGG_SERVER_ENV ?? environment.FLASK_ENV)
  if (said) return said
  const chosen = program.args.indexOf('--env')
  const env = chosen === -1 ? undefined : whenOfValue(program.args[chosen + 1])
  return env ?? (program.watches ? 'development' : 'any')
}

/** Words of a text, for readers that look into it without starting anything. */
export function wordsOf(text: string): readonly string[] {
  return shellSegments(text).flatMap((segment) => segment.words.map((word) => word.text))
}

/** The environment that a script's name speaks of; `start` and the like speak of any. */
export function whenOfScript(name: string): When {
  if (/(^|[:\-_.])(watch|hot|inspect|debug|storybook|nodemon)([:\-_.]|$)/i.test(name)) return 'development'
  if (/(^|[:\-_.])(lint|coverage|cov|jest|mocha|cypress|bench\w*)([:\-_.]|$)/i.test(name)) return 'test'
  return whenOfName(name.replaceAll(':', '.')) ?? 'any'
}

/** A directory that a file names, relative to the audited directory. */
export function directoryFrom(file: string, path: string): string {
  return posix.normalize(posix.join(posix.dirname(file), path)).replace(/\/$/, '') || '.'
}
