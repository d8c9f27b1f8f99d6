import { posix } from 'node:path'
import type { Word } from '../../files/shell-words.js'

/** A program without what only stands before it: assignments, `cross-env`, `npx`, `exec`, `tini --`. */
export interface Peeled {
  readonly environment: Readonly<Record<string, string>>
  /** The program first. */
  readonly words: readonly Word[]
  /** `exec` stood before it: no shell stays between it and the signals. */
  readonly replaces: boolean
}

const assignment = /^([A-Za-z_]\w*)=([\s\S]*)$/

/** Wrappers that take flags only, with those flags that take a value. */
const plain: Readonly<Record<string, readonly string[]>> = {
  exec: ['-a'],
  nohup: [],
  time: [],
  command: [],
  sudo: ['-u', '-g'],
  nice: ['-n'],
  ionice: ['-c', '-n'],
  npx: ['-p', '--package', '-c'],
  bunx: [],
  pnpx: [],
  'cross-env': [],
  'cross-env-shell': [],
  env: ['-u', '-C'],
  tini: ['-p', '-e'],
  'dumb-init': ['--rewrite', '-r'],
  catatonit: [],
  'docker-entrypoint.sh': [],
  'docker-init': [],
  dotenv: ['-e', '-c', '-v', '-p', '-f', '--env'],
  'dotenv-cli': ['-e', '-c'],
  'env-cmd': ['-f', '-e', '-r'],
  'ddtrace-run': [],
  'opentelemetry-instrument': [],
  'with-contenv': [],
  'xvfb-run': ['-s', '-n'],
  better: [],
}

/** Wrappers whose first word is not the program: `gosu node app`, `poetry run gunicorn`. */
const taking: Readonly<Record<string, number>> = { gosu: 1, 'su-exec': 1, setuidgid: 1, timeout: 1 }

const withRun = new Set(['poetry', 'pipenv', 'uv', 'rye', 'pdm', 'hatch', 'newrelic-admin', 'dotenvx'])
const withExec = new Set(['pnpm', 'yarn', 'npm', 'bundle'])
/** Programs that run what stands after `--`. */
const afterDashes =
  /^(?:doppler|infisical|op|chamber|vault|aws-vault|sops|teller|wait-for(?:-it)?(?:\.sh)?|dockerize|wait-on|envconsul|start-server-and-test|nodemon-wrapper)$/

/** More wrappers and assignments than this stand before no program. */
const mostWrappers = 200

/** Takes wrappers off until the program itself is first. */
export function peel(words: readonly Word[]): Peeled {
  const environment: Record<string, string> = {}
  let rest = words
  let replaces = false
  for (let peeled = 0; peeled < mostWrappers; peeled++) {
    const [first] = rest
    if (!first) return { environment, words: rest, replaces }
    const [, name, value] = assignment.exec(first.text) ?? []
    if (name !== undefined && value !== undefined) {
      environment[name] = value
      rest = rest.slice(1)
      continue
    }
    const next = unwrapped(programName(first), rest)
    if (!next) return { environment, words: rest, replaces }
    replaces ||= first.text === 'exec'
    rest = next
  }
  return { environment, words: rest, replaces }
}

/** The program's name without its directory and ending: `./node_modules/.bin/pm2` is `pm2`. */
export function programName(word: Word | undefined): string {
  return posix.basename(word?.text ?? '').replace(/\.(cmd|exe)$/, '')
}

function unwrapped(name: string, words: readonly Word[]): readonly Word[] | undefined {
  const second = words[1]?.text
  const valued = Object.hasOwn(plain, name) ? plain[name] : undefined
  if (valued) return afterFlags(words.slice(1), valued)
  if (Object.hasOwn(taking, name)) return afterFlags(words.slice(1), []).slice(taking[name])
  if (withRun.has(name) && (second === 'run' || second === 'run-program'))
    return afterFlags(words.slice(2), ['-f', '-e'])
  if (withExec.has(name) && (second === 'exec' || second === 'dlx')) return afterFlags(words.slice(2), [])
  if (!afterDashes.test(name)) return undefined
  const dashes = words.findIndex((word) => word.text === '--')
  return dashes === -1 ? undefined : words.slice(dashes + 1)
}

/** What follows the flags; a `--` ends them. */
export function afterFlags(words: readonly Word[], valued: readonly string[]): readonly Word[] {
  let at = 0
  while (words[at]?.text.startsWith('-')) {
    const flag = words[at]?.text ?? ''
    at += valued.includes(flag) ? 2 : 1
    if (flag === '--') break
  }
  return words.slice(at)
}
