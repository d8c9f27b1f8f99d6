import { posix } from 'node:path'
import { shellSegments } from '../../files/shell-words.js'
import type { Place } from '../../place.js'
import { expand } from './expansion.js'
import { flagOf } from './flags.js'
import type { Program } from './programs.js'
import type { Reading } from './reading.js'

export interface GunicornSettings {
  readonly workers: number | 'cpus' | null
  readonly variable: string | undefined
  readonly formula: string | undefined
  /** Undefined: not written, so 1. */
  readonly threads: number | null | undefined
  /** Where the configuration file says so; undefined for the command itself. */
  readonly place: Place | undefined
  readonly threadsPlace: Place | undefined
}

/** Workers and threads of a gunicorn command: its flags, GUNICORN_CMD_ARGS, its configuration file, WEB_CONCURRENCY, else 1. */
export async function gunicornSettings(
  reading: Reading,
  program: Program,
  around: Readonly<Record<string, string>>,
  dir: string,
): Promise<GunicornSettings> {
  const environment = { ...around, ...program.environment }
  const extra = shellSegments(environment.GUNICORN_CMD_ARGS ?? '').flatMap((segment) =>
    segment.words.map((word) => word.text),
  )
  const args = [...program.args, ...extra]
  const short = args.map((word) => /^-w(\d+)$/.exec(word)?.[1]).find(Boolean)
  const written = flagOf(args, /^(--workers|-w)$/) ?? short
  const file = configFile(reading, args, dir)
  const config = file === undefined ? new Map<string, Assigned>() : assignedIn(reading, file)
  const threads = flagOf(args, /^--threads$/)
  const threadsHere = threads === undefined ? config.get('threads') : undefined
  const flagged = written === undefined ? undefined : fromWord(written, environment)
  const inFile = flagged ? undefined : config.get('workers')
  const byVariable =
    environment.WEB_CONCURRENCY === undefined ? undefined : fromWord(environment.WEB_CONCURRENCY, environment)
  const chosen = flagged ?? inFile?.worth ?? byVariable ?? { count: 1, variable: 'WEB_CONCURRENCY', formula: undefined }
  return {
    workers: chosen.count,
    variable: chosen.variable,
    formula: chosen.formula,
    threads:
      threads === undefined
        ? threadsHere
          ? asNumber(threadsHere.worth.count)
          : undefined
        : asNumber(fromWord(threads, environment).count),
    place: inFile?.place,
    threadsPlace: threadsHere?.place,
  }
}

function asNumber(count: number | 'cpus' | null): number | null {
  return typeof count === 'number' ? count : null
}

function configFile(reading: Reading, args: readonly string[], dir: string): string | undefined {
  const given = flagOf(args, /^(-c|--config)$/)?.replace(/^(file|python):/, '')
  const file = posix.normalize(posix.join(dir, given ?? 'gunicorn.conf.py'))
  return [file, given ? posix.basename(given) : file, reading.resolve(dir, given ?? 'gunicorn.conf.py')].find((path) =>
    reading.project.files.includes(path),
  )
}

export interface Worth {
  readonly count: number | 'cpus' | null
  readonly variable: string | undefined
  /** What is made of the number of CPUs, where that is more than the number itself. */
  readonly formula?: string | undefined
}

interface Assigned {
  readonly worth: Worth
  readonly place: Place
}

/** A number, `$WEB_CONCURRENCY`, `${WORKERS:-4}`, `$(nproc)`; a variable that the same file sets has its value. */
function fromWord(word: string, environment: Readonly<Record<string, string>>): Worth {
  if (/nproc|cpu_count|getconf/.test(word)) return perCpu(word)
  const { value: written, variable, fallback } = expand(word)
  const set = variable === undefined ? undefined : environment[variable]
  const value = fallback || written === undefined ? (set ?? written) : written
  const count = value !== undefined && /^\d+$/.test(value.trim()) ? Number(value) : null
  return { count, variable }
}

const assignment = /^([a-z_]+)[ \t]*=[ \t]*([^\n#]+)/gm

/** The top-level assignments of gunicorn.conf.py. */
export function assignedIn(reading: Reading, file: string): ReadonlyMap<string, Assigned> {
  const text = reading.text(file) ?? ''
  const found = new Map<string, Assigned>()
  for (const match of text.matchAll(assignment)) {
    const [whole, name = '', value = ''] = match
    const place = reading.place(file, { start: match.index, end: match.index + whole.trimEnd().length })
    found.set(name, { worth: pythonNumber(value.trim()), place })
  }
  return found
}

/** `4`, `cpu_count() * 2 + 1`, `int(os.environ.get("WORKERS", "4"))`. */
export function pythonNumber(value: string): Worth {
  if (/^\d+$/.test(value)) return { count: Number(value), variable: undefined }
  const [, variable, fallback] =
    /(?:environ(?:\.get)?|getenv)\s*[[(]\s*["'](\w+)["']\s*(?:,\s*([^)]+?)\s*)?[\])]/.exec(value) ?? []
  if (variable) {
    const standIn = fallback ?? /\bor\s+(.+?)\)?$/.exec(value)?.[1]
    const inner = standIn === undefined ? undefined : pythonNumber(standIn.replace(/^(?:str|int)\(|^["']|["')]+$/g, ''))
    return { count: inner?.count ?? null, variable }
  }
  if (/cpu_count|sched_getaffinity/.test(value)) return perCpu(value)
  return { count: null, variable: undefined }
}

const perCpu = (text: string): Worth => ({
  count: 'cpus',
  variable: undefined,
  formula: /[-+*/]\s*\w|\b\d+\s*[-+*/]/.test(text) ? text.trim() : undefined,
})
