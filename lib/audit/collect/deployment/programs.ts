import type { Runner } from '../../facts/deployment.js'
import { shellSegments, type Word } from '../../files/shell-words.js'
import type { Span } from '../../files/tree.js'
import { afterFlags, peel, programName } from './command-wrappers.js'
import { type Known, recognised } from './known-programs.js'

/** One program that a command starts. */
export interface Program extends Span {
  readonly name: string
  readonly runner: Runner
  /** What it runs, as written: a file, `server:app`. */
  readonly script: string | undefined
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly npmScript: string | undefined
  /** The directory that `npm --prefix` or the package that `--filter` and `workspace` name. */
  readonly npmPackage: string | undefined
  readonly watches: boolean
  /** Whether it starts something that stays, so far as its words tell. */
  readonly starts: boolean
  /** Started by `exec`, or the only program: no shell stays in between. */
  readonly replaces: boolean
}

const deepest = 6

/** The programs of a command text, wrappers taken off, `sh -c` and `concurrently` opened. Offsets count from `base`. */
export function programsOf(text: string, base = 0, depth = 0): readonly Program[] {
  return shellSegments(text, base).flatMap((segment) => programsOfWords(segment.words, depth))
}

/** The same for words that are cut already: the exec form of Docker. */
export function programsOfList(list: readonly string[], span: Span): readonly Program[] {
  const { start, end } = span
  return programsOfWords(list.map((text) => ({ text, expands: false, start, end })))
}

function programsOfWords(all: readonly Word[], depth = 0): readonly Program[] {
  const { environment, words, replaces } = peel(all)
  const [first] = words
  if (!first || depth > deepest) return []
  const name = programName(first)
  const under = (inner: readonly Program[]) =>
    inner.map((program) => ({ ...program, environment: { ...environment, ...program.environment } }))
  if (/^(ba|da|a|z|k)?sh$/.test(name)) {
    const command = words.findIndex((word) => /^-\w*c$/.test(word.text))
    const text = command === -1 ? undefined : words[command + 1]
    if (text) return under(programsOf(text.text, text.start, depth + 1))
  }
  if (name === 'concurrently' || name === 'conc') {
    const commands = afterFlags(words.slice(1), ['-n', '--names', '-c', '--prefix-colors', '-p']).filter((word) =>
      /\s|^npm:/.test(word.text),
    )
    return under(commands.flatMap((word) => programsOf(word.text.replace(/^npm:/, 'npm run '), word.start, depth + 1)))
  }
  if (/^(npm-run-all2?|run-p|run-s)$/.test(name))
    return words
      .slice(1)
      .filter((word) => !word.text.startsWith('-'))
      .map((word) => program(words, environment, { runner: 'npm', npmScript: word.text }))
  const inPackage = /node_modules\/(?:\.bin\/)?(@[^/]+\/[^/]+|[^/]+)/.exec(words[1]?.text ?? '')?.[1]
  if (name === 'node' && inPackage && words[1])
    return programsOfWords([{ ...words[1], text: inPackage }, ...words.slice(2)], depth + 1)
  const known = recognised(name, words)
  const wrapped =
    known.runner === 'other' && first.text.includes('/')
      ? words.findIndex((word, at) => at > 0 && programs.test(programName(word)))
      : -1
  // A script of the project that ends in another program's words runs it: `bin/start-nginx node app.js`.
  if (wrapped > 0) return under(programsOfWords(words.slice(wrapped), depth + 1))
  return [{ ...program(words, environment, known), replaces }]
}

const programs = /^(node|npm|yarn|pnpm|gunicorn|pm2|pm2-runtime|bundle)$/

function program(words: readonly Word[], environment: Program['environment'], known: Known): Program {
  const { runner, script, npmScript, npmPackage, watches = false, starts = runner !== 'other' } = known
  const args = words.slice(1).map((word) => word.text)
  const [start, end] = [words[0]?.start ?? 0, words.at(-1)?.end ?? 0]
  return {
    name: programName(words[0]),
    runner,
    script,
    args,
    environment,
    npmScript,
    npmPackage,
    watches,
    starts,
    replaces: false,
    start,
    end,
  }
}
