import { posix } from 'node:path'
import type { ProcessFact, ThreadFact, VariableFact } from '../../facts/deployment.js'
import type { PythonFact, PythonSetting } from '../../facts/python.js'
import {
  type PythonAssignment,
  type PythonToken,
  pythonAssignments,
  pythonHeaders,
  readPython,
} from '../../files/python.js'
import { pythonNumber, type Worth } from './gunicorn.js'
import { one, processOf, threadsOf } from './python-server.js'
import type { Piece, Reading } from './reading.js'

/** Settings of Flask, Flask-Session, Gunicorn and Waitress that matter to sessions and processes. */
const known =
  /^(SECRET_KEY|SECRET_KEY_FALLBACKS|secret_key|SESSION_\w+|PERMANENT_SESSION_LIFETIME|REMEMBER_COOKIE_\w+|PREFERRED_URL_SCHEME|workers|threads|bind|timeout|graceful_timeout|keepalive|max_requests|max_requests_jitter|preload_app|worker_class|worker_connections|post_fork|pre_fork|when_ready|post_worker_init|on_starting|worker_exit|forwarded_allow_ips|trusted_proxy|x_for|x_proto|x_host)$/

const hooks = /^(preload_app|post_fork|pre_fork|when_ready|post_worker_init|on_starting|worker_exit)$/

const worthReading =
  /\bflask\b|gunicorn|waitress|SECRET_KEY|secret_key|SESSION_|PERMANENT_SESSION|ProxyFix|trusted_proxy|forwarded_allow_ips/i

/** A Flask app: its server, workers, threads and settings. */
export function readPythonApp(reading: Reading): Piece {
  const files = reading.files.filter(
    (file) =>
      file.endsWith('.py') &&
      !/(^|\/)(tests?|migrations|alembic|docs|venv|site-packages)\/|(^|\/)(test_[^/]*|conftest|setup)\.py$/.test(file),
  )
  const read = files
    .filter((file) => worthReading.test(`${file} ${reading.text(file) ?? ''}`))
    .map((file) => fileOf(reading, file))
  const serving = read.filter((file) => file.server !== undefined)
  if (!isFlask(reading) && serving.length === 0) return {}
  const settings = withoutAside(read.flatMap((file) => file.settings)).map((each) => followed(reading, files, each))
  const main =
    serving.find((file) => /(^|\/)(run|wsgi|app|main|server|gunicorn\.conf)\.py$/.test(file.file)) ?? serving[0]
  const file = main?.file ?? read[0]?.file
  if (file === undefined) return {}
  const python: PythonFact = {
    file,
    server: main?.server,
    workers: main?.workers ?? null,
    formula: main?.formula,
    threads: main?.threads ?? null,
    bind: settings.find((setting) => setting.name === 'bind')?.value,
    settings,
    hooks: read.flatMap((one) => one.hooks),
    places: serving.map((one) => one.places[0]).filter((place) => place !== undefined),
  }
  return {
    python,
    variables: serving
      .filter((one) => isGunicornFile(reading, one.file))
      .flatMap((one) => givenToWorkers(reading, one.file)),
    processes: serving.flatMap((one) => one.processes),
    threads: serving.flatMap((one) => one.threadFacts),
  }
}

function isFlask(reading: Reading): boolean {
  return reading.files.some(
    (file) =>
      (file.endsWith('.py') && /^(from|import)\s+flask\b/m.test(reading.text(file) ?? '')) ||
      (/^(requirements[\w.-]*\.(txt|lock|in)|pyproject\.toml|Pipfile|setup\.(py|cfg))$/.test(posix.basename(file)) &&
        /^\s*["']?flask\b/im.test(reading.text(file) ?? '')),
  )
}

interface PythonFile {
  readonly file: string
  readonly server: PythonFact['server']
  readonly workers: PythonFact['workers']
  readonly formula: string | undefined
  readonly threads: number | null
  readonly settings: readonly PythonSetting[]
  readonly hooks: PythonFact['hooks']
  readonly places: PythonFact['places']
  readonly processes: readonly ProcessFact[]
  readonly threadFacts: readonly ThreadFact[]
}

function fileOf(reading: Reading, file: string): PythonFile {
  const text = reading.text(file) ?? ''
  const tokens = readPython(text)
  const config = isGunicornFile(reading, file)
  const assignments = pythonAssignments(tokens).filter(
    (assignment) =>
      known.test(assignment.name) &&
      isSetting(assignment, config) &&
      !isForTests(pythonHeaders(tokens, assignment.start)),
  )
  const settings = assignments.map((assignment) => settingOf(reading, file, text, assignment))
  const calls = tokens.filter(
    (token) => token.kind === 'name' && /^(BaseApplication|WSGIApplication|waitress|serve|gunicorn)$/.test(token.text),
  )
  const server =
    config || calls.some(({ text: name }) => name === 'BaseApplication' || name === 'WSGIApplication')
      ? 'gunicorn'
      : calls.some(({ text: name }) => name === 'waitress')
        ? 'waitress'
        : undefined
  const at = calls[0]
  const workers = server === 'gunicorn' ? countOf(assignments, 'workers', text) : one
  const threads = countOf(assignments, 'threads', text)
  return {
    file,
    server,
    workers: server === undefined ? null : workers.count,
    threads: typeof threads.count === 'number' ? threads.count : null,
    settings,
    hooks: hooksOf(reading, file, tokens, assignments),
    places: at ? [reading.place(file, at)] : config ? [reading.start(file)] : [],
    formula: server === undefined ? undefined : workers.formula,
    processes: server && !config ? [processOf(reading, file, { server, workers, assignments, tokens })] : [],
    threadFacts: server && !config ? [threadsOf(reading, file, { server, threads, assignments, tokens })] : [],
  }
}

/** `gunicorn.conf.py`, or a file of another name that says what only Gunicorn asks for. */
function isGunicornFile(reading: Reading, file: string): boolean {
  if (/gunicorn[\w.]*\.py$/.test(posix.basename(file))) return true
  const text = reading.text(file) ?? ''
  return /^workers[ \t]*=/m.test(text) && onlyOfGunicorn.test(text)
}

const onlyOfGunicorn =
  /^(bind|threads|worker_(class|connections|tmp_dir)|forwarded_allow_ips|secure_scheme_headers|accesslog|errorlog|preload_app|max_requests)[ \t]*=/m

/** `raw_env = ["SECRET_KEY=…"]`: what Gunicorn gives its workers. */
function givenToWorkers(reading: Reading, file: string): readonly VariableFact[] {
  const tokens = readPython(reading.text(file) ?? '')
  const list = pythonAssignments(tokens).filter(({ name, indent }) => name === 'raw_env' && indent === 0)
  return list.flatMap(({ value }) =>
    value.flatMap((token) => {
      const [, name, text] = /^([A-Za-z_]\w*)=(.+)$/s.exec(token.kind === 'string' ? token.text : '') ?? []
      return name === undefined ? [] : [reading.variable(file, { name, value: text, source: 'script', place: token })]
    }),
  )
}

/** `if testing:`, `class TestingConfig`: what stands under them is not what production gets. */
function isForTests(headers: readonly string[]): boolean {
  return headers.some(
    (header) =>
      /^(class|if|elif)\b/.test(header) &&
      !/\bnot\b/.test(header) &&
      /test|develop|debug|desarrollo|local/i.test(header),
  )
}

/** Keyword arguments and entries of any call may be named `timeout`: those count where they stand beside what only Gunicorn has. */
function isSetting(assignment: PythonAssignment, config: boolean): boolean {
  if (/^[A-Z]/.test(assignment.name) || assignment.name === 'secret_key')
    return assignment.form !== 'keyword' || assignment.callee !== 'get'
  if (config) return assignment.form === 'assignment' && assignment.indent === 0
  if (/^x_(for|proto|host)$/.test(assignment.name)) return assignment.callee === 'ProxyFix'
  return (
    assignment.form === 'entry' ||
    assignment.form === 'item' ||
    (assignment.form === 'keyword' &&
      /^(serve|waitress_serve|dict|update|StandaloneApplication)$/.test(assignment.callee ?? ''))
  )
}

function sourceOf(text: string, value: readonly PythonToken[]): string {
  const [first, last] = [value[0], value.at(-1)]
  return first && last ? text.slice(first.start, last.end) : ''
}

function settingOf(reading: Reading, file: string, text: string, assignment: PythonAssignment): PythonSetting {
  const { name, value } = assignment
  const [only] = value
  const source = sourceOf(text, value)
  const read = environmentRead(value)
  const literal =
    value.length === 1 && only && only.kind !== 'name'
      ? only.text
      : value.length === 1 && /^(True|False|None)$/.test(only?.text ?? '')
        ? only?.text
        : undefined
  const plain = /^[\d\s*+/()-]+$/.test(source) || /timedelta\(/.test(source) ? source : literal
  const random = /urandom|token_(?:hex|bytes|urlsafe)|uuid[14]|randbytes|random\w*/.exec(source)?.[0]
  return {
    name,
    value: plain,
    made: plain !== undefined || read || random ? undefined : madeBy(value),
    named: read || random || plain !== undefined ? undefined : nameIn(value),
    variable: read?.variable,
    fallback: read?.fallback,
    random: plain === undefined ? random : undefined,
    place: reading.place(file, assignment),
  }
}

/** A script beside the app may set up an app of its own: what the app itself says counts, where it says it. */
function withoutAside(settings: readonly PythonSetting[]): readonly PythonSetting[] {
  const isAside = ({ place }: PythonSetting) => /(^|\/)(scripts?|tools?|bench\w*|examples?)\//.test(place.file)
  return settings.filter(
    (each) => !isAside(each) || !settings.some((other) => other.name === each.name && !isAside(other)),
  )
}

/** The key that another name holds, here or in another file: `app.secret_key = Settings.KEY`. */
function followed(reading: Reading, files: readonly string[], setting: PythonSetting): PythonSetting {
  const { named, name } = setting
  if (named === undefined || !/^secret_key$/i.test(name)) return setting
  const assigned = new RegExp(`^[ \\t]*(self\\.)?${named}\\b[^=\\n]*=[^=]`, 'm')
  for (const file of [setting.place.file, ...files]) {
    const text = reading.text(file) ?? ''
    const found = assigned.test(text)
      ? pythonAssignments(readPython(text)).find((each) => each.name === named && each.form === 'assignment')
      : undefined
    const held = found && settingOf(reading, file, text, found)
    if (held !== undefined && held.named === undefined) return { ...held, name, sink: setting.place }
  }
  return setting
}

/** `Settings.KEY`: a name, and nothing that is called. */
function nameIn(value: readonly PythonToken[]): string | undefined {
  const isName = value.every(({ kind, text }) => (kind === 'name' ? !/^(True|False|None)$/.test(text) : text === '.'))
  return isName ? value.at(-1)?.text : undefined
}

/** `SimpleCache` of `cachelib.SimpleCache(threshold=500)`: what a call makes, or a name. */
function madeBy(value: readonly PythonToken[]): string | undefined {
  const opening = value.findIndex(({ text }) => text === '(')
  const last = opening === -1 ? undefined : value[opening - 1]
  return last?.kind === 'name' && last.text !== 'timedelta' ? last.text : undefined
}

/** `environ.get("X") or "dev"`, `os.getenv("X", "dev")`, `os.environ["X"]`. */
export function environmentRead(
  value: readonly PythonToken[],
): { variable: string; fallback: string | undefined } | undefined {
  const at = value.findIndex((token) => token.kind === 'name' && /^(environ|getenv|config|env)$/.test(token.text))
  if (at === -1) return undefined
  const strings = value.slice(at).filter((token) => token.kind === 'string')
  const [variable, fallback] = strings
  return variable ? { variable: variable.text, fallback: fallback?.text } : undefined
}

function countOf(assignments: readonly PythonAssignment[], name: string, text: string): Worth {
  const found = assignments.filter((assignment) => assignment.name === name)
  const read = found.map((assignment) => pythonNumber(sourceOf(text, assignment.value)))
  return (
    read.find((worth) => worth.count !== null || worth.variable !== undefined) ?? {
      count: found.length > 0 || name === 'threads' ? null : 1,
      variable: undefined,
    }
  )
}

function hooksOf(
  reading: Reading,
  file: string,
  tokens: readonly PythonToken[],
  assignments: readonly PythonAssignment[],
): PythonFact['hooks'] {
  const set = assignments
    .filter(({ name, value }) => hooks.test(name) && value[0]?.text !== 'False' && value[0]?.text !== 'None')
    .map(({ name, start, end }) => ({ name, start, end }))
  const defined = tokens.flatMap((token, index) =>
    token.text === 'def' && hooks.test(tokens[index + 1]?.text ?? '')
      ? [{ name: tokens[index + 1]?.text ?? '', start: token.start, end: tokens[index + 1]?.end ?? token.end }]
      : [],
  )
  const upgrades = tokens.flatMap((token, index) => {
    const call = `${tokens[index - 2]?.text ?? ''}${tokens[index - 1]?.text ?? ''}${token.text}`
    return /^(alembic|flask_migrate|migrate)\.upgrade$/.test(call) && token.indent <= 4
      ? [{ name: call, start: tokens[index - 2]?.start ?? token.start, end: token.end }]
      : []
  })
  return [...set, ...defined, ...upgrades].map(({ name, ...span }) => ({ name, place: reading.place(file, span) }))
}
