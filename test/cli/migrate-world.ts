import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { AuditOptions } from '../../lib/audit/audit.js'
import { type Plan, plan } from '../../lib/audit/plan.js'
import type { Project } from '../../lib/audit/project/project.js'
import { runMigrate } from '../../lib/cli/migrate.js'
import type { Surroundings } from '../../lib/cli/surroundings.js'
import { UsageError } from '../../lib/cli/usage-error.js'
import type { Files } from '../audit/made-up-app.js'
import { foundAt, judged, placeOf, ruleOf } from '../audit/made-up-app.js'
import { freshDirectory } from '../servers/process.js'

export interface Run {
  readonly code: number
  readonly out: string
  readonly error: string
}

export const openCookie: Files = {
  'package.json': '{\n  "name": "shop"\n}\n',
  'app.js': "const Koa = require('koa')\napp.keys = [random()]\napp.use(session({ httpOnly: false }, app))\n",
}

/** Writes the files into a new directory. */
export function directoryOf(files: Readonly<Record<string, string | Buffer>>): string {
  const root = freshDirectory()
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), text)
  }
  return root
}

/** Makes the directory a git checkout with everything committed. */
export function committed(root: string): string {
  const git = (...words: string[]) => execFileSync('git', words, { cwd: root, stdio: 'pipe' })
  git('init', '--quiet')
  git('add', '--all')
  git('-c', 'user.name=t', '-c', 'user.email=t@example.org', 'commit', '--quiet', '--message', 'x')
  return root
}

/** Runs `migrate` in this process, on a made-up audit: what it writes, and its exit code. */
export async function migrate(
  words: readonly string[],
  directory: string,
  more: Partial<Surroundings> = {},
): Promise<Run> {
  const [out, error]: [string[], string[]] = [[], []]
  const world: Surroundings = {
    directory,
    environment: {},
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => error.push(text) },
    now: () => 0,
    audit: madeUpAudit,
    ...more,
  }
  try {
    return { code: await runMigrate(words, world), out: out.join(''), error: error.join('') }
  } catch (fault) {
    if (!(fault instanceof UsageError)) throw fault
    return { code: fault.exitCode, out: out.join(''), error: fault.message }
  }
}

/** Finds a cookie that scripts can read and a random key, by the letter. No app without an app.js. */
export async function madeUpAudit(project: Project, options: AuditOptions): Promise<Plan> {
  const text = project.text('app.js')
  const rules = ruleFixes.map(({ id, slug, step, needle, grade, replacement, severity }) => {
    if (text?.includes(needle) !== true) return ruleOf(id, slug, step)
    const place = placeOf({ 'app.js': text }, 'app.js', needle)
    const edits = [{ file: 'app.js', start: place.start, end: place.end, text: replacement }]
    return ruleOf(id, slug, step, [foundAt(place, { severity, title: slug, fix: { grade, edits } })])
  })
  const apps = text === undefined ? [] : [judged(rules.filter(options.isWanted))]
  return plan(project, apps, {
    version: options.version,
    minConfidence: options.minConfidence,
    baseline: options.baseline,
    oneOfSeveral: options.workspace !== undefined,
  })
}

const ruleFixes = [
  {
    id: 'SEC01',
    slug: 'secret-random-per-process',
    step: 'secret',
    needle: 'random()',
    grade: 'review',
    replacement: 'process.env.SECRET_KEY',
    severity: 'error',
  },
  {
    id: 'CKE01',
    slug: 'cookie-httponly-false',
    step: 'cookie',
    needle: ' httpOnly: false ',
    grade: 'safe',
    replacement: '',
    severity: 'warning',
  },
  {
    id: 'CKE04',
    slug: 'cookie-samesite',
    step: 'cookie',
    needle: 'BREAK',
    grade: 'safe',
    replacement: '((',
    severity: 'note',
  },
] as const
