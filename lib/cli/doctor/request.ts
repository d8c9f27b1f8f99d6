import type { Confidence, Severity } from '../../audit/finding.js'
import { SessionError } from '../../core/errors.js'
import type { Format } from '../../report/format-names.js'
import { optionsOfAddress } from '../../stores/redis/address.js'
import { readFlags } from '../flags.js'
import { firstGiven, wholeNumber } from '../numbers.js'
import type { ReportWish } from '../report-printing.js'
import { choice, confidenceIn, failLevels, formatsOf, listOf, outputs } from '../report-words.js'
import { UsageError } from '../usage-error.js'
import { type DoctorFlag, doctorFlags } from './flags.js'
import { fromFile, readHeaders, readLogin, readUrl, readWorker, type VisitPlan } from './visit/plan.js'

export interface DoctorRequest extends ReportWish {
  readonly directory: string
  readonly entry: string | undefined
  readonly workspace: string | undefined
  readonly envFiles: readonly string[]
  /** Variables that options stand for. */
  readonly variables: Readonly<Record<string, string>>
  readonly visit: VisitPlan | undefined
  readonly only: readonly string[] | undefined
  readonly skip: readonly string[] | undefined
  readonly minConfidence: Confidence
  readonly baseline: string | undefined
  readonly updateBaseline: boolean
  readonly failOn: Severity | 'never'
}

/** The words of `doctor`; only flags that exist can be asked for. */
interface DoctorWords {
  readonly operands: readonly string[]
  has(flag: DoctorFlag): boolean
  text(flag: DoctorFlag): string | undefined
  all(flag: DoctorFlag): readonly string[]
}

const formats: readonly Format[] = ['text', 'md', 'json', 'sarif', 'html', 'github']

/** Undefined: help was asked for. `from` is where files are named from. */
export function readDoctor(words: readonly string[], from: string): DoctorRequest | undefined {
  const read: DoctorWords = readFlags(words, doctorFlags)
  if (read.has('help')) return undefined
  const [directory = '.', ...more] = read.operands
  if (more.length > 0) throw new UsageError(`doctor takes one directory, not ${read.operands.length}.`)
  if (read.has('color') && read.has('no-color')) throw new UsageError('--color and --no-color exclude each other.')
  const { printed, files } = outputs(formatsOf(read.all('format'), formats), read.all('output'))
  if ([printed, ...files.map(({ format }) => format)].includes('diff'))
    throw new UsageError('doctor changes nothing, so it has no diff.')
  return {
    directory,
    entry: read.text('entry'),
    workspace: read.text('workspace'),
    envFiles: read.all('settings'),
    variables: variablesOf(read),
    visit: visitOf(read, from),
    only: listOf(read.all('only')),
    skip: listOf(read.all('skip')),
    minConfidence: confidenceIn(read.text('min-confidence')) ?? (read.has('all') ? 'low' : 'medium'),
    baseline: read.text('baseline'),
    updateBaseline: read.has('update-baseline'),
    failOn: choice('--fail-on', read.text('fail-on'), failLevels) ?? 'error',
    printed,
    files,
    all: read.has('all'),
    colour: read.has('color') ? true : read.has('no-color') ? false : undefined,
    quiet: read.has('quiet'),
    summary: !read.has('no-summary'),
    links: !read.has('offline'),
  }
}

/** As `sessions` takes them. */
function variablesOf(read: DoctorWords): Record<string, string> {
  const [redis, directory, prefix] = [redisIn(read), read.text('directory'), read.text('prefix')]
  if (redis !== undefined && directory !== undefined)
    throw new UsageError('--redis and --directory name two places: give one of them.')
  return {
    ...(redis !== undefined && { SESSION_REDIS_URL: redis, SESSION_STORE: 'redis' }),
    ...(directory !== undefined && { SESSION_FILE_DIR: directory, SESSION_STORE: 'file' }),
    ...(prefix !== undefined && { SESSION_KEY_PREFIX: prefix }),
  }
}

function redisIn(read: DoctorWords): string | undefined {
  const redis = read.text('redis')
  try {
    if (redis !== undefined) optionsOfAddress(redis)
    return redis
  } catch (error) {
    if (error instanceof SessionError) throw new UsageError(`--redis: ${error.message}`)
    throw error
  }
}

const ofVisits = ['login', 'cookie', 'page', 'expect', 'requests', 'header', 'worker'] as const

function visitOf(read: DoctorWords, from: string): VisitPlan | undefined {
  const url = read.text('url')
  const [useless] = ofVisits.filter((flag) => read.has(flag))
  if (url === undefined) {
    if (useless !== undefined) throw new UsageError(`--${useless} needs --url, the address of the running app.`)
    return undefined
  }
  const [login, cookie, worker] = [read.text('login'), read.text('cookie'), read.text('worker')]
  if ((login === undefined) === (cookie === undefined))
    throw new UsageError('--url needs one of --login and --cookie, so that there is a login to look for.')
  const page = read.text('page') ?? '/'
  if (!page.startsWith('/'))
    throw new UsageError(`--page takes a path that begins with /, not ${JSON.stringify(page)}.`)
  const requests = firstGiven(['--requests', read.text('requests')])
  return {
    url: readUrl(url),
    page,
    login: login === undefined ? undefined : readLogin(login, from),
    cookie: cookie === undefined ? undefined : readCookie(cookie, from),
    headers: readHeaders(read.all('header')),
    expect: read.text('expect'),
    worker: worker === undefined ? undefined : readWorker(worker),
    requests: requests ? wholeNumber(requests, 'requests', 1, 10_000) : 100,
  }
}

function readCookie(words: string, from: string): string {
  const cookie = fromFile(words, from)
    .trim()
    .replace(/^cookie:\s*/i, '')
  if (/^[\x21-\x7e]+=[\x20-\x7e]*$/.test(cookie)) return cookie
  throw new UsageError("--cookie takes what browsers send: 'name=value; other=value', or @file that holds it.")
}
