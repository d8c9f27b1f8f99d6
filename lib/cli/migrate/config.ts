import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isConfidence } from '../../audit/confidence.js'
import { nearest } from '../nearest.js'
import { UsageError } from '../usage-error.js'
import type { Settings } from './request.js'

const ownFile = 'koa-shared-session.config.json'
const section = 'koa-shared-session'

/** What each setting of the file may be. */
const checks: Readonly<Record<keyof Settings, { expects: string; test: (value: unknown) => boolean }>> = {
  entry: text('a file'),
  workers: { expects: 'a number from 1, or "auto"', test: (value) => value === 'auto' || isPositive(value) },
  hosts: { expects: 'a number from 1', test: isPositive },
  store: oneOf(['redis', 'file']),
  only: texts('rules'),
  skip: texts('rules'),
  minConfidence: { expects: 'high, medium or low', test: (value) => typeof value === 'string' && isConfidence(value) },
  failOn: oneOf(['never', 'note', 'warning', 'error']),
  baseline: text('a file'),
  settings: texts('files'),
  workspace: text('a name or directory'),
}

/** The settings that the project keeps: its own file, or a section of package.json. Data only, never executed. */
export function readConfig(root: string): Settings {
  const own = read(join(root, ownFile))
  if (own !== undefined) return checked(parse(own, ownFile), ownFile)
  const manifest = read(join(root, 'package.json'))
  if (manifest?.includes(section) !== true) return {}
  const parsed = tryParse(manifest)
  const settings = isRecord(parsed) ? parsed[section] : undefined
  return settings === undefined ? {} : checked(settings, `package.json, "${section}"`)
}

function checked(value: unknown, source: string): Settings {
  if (!isRecord(value)) throw bad(source, 'it must be an object')
  for (const [name, setting] of Object.entries(value)) {
    if (name === '$schema') continue
    if (!isSetting(name)) {
      const near = nearest(name, Object.keys(checks))
      throw bad(
        source,
        `there is no setting ${JSON.stringify(name)}${near === undefined ? '' : `; did you mean ${near}?`}`,
      )
    }
    if (!checks[name].test(setting)) throw bad(source, `${name} must be ${checks[name].expects}`)
  }
  const { $schema: _schema, ...settings } = value
  return settings
}

function isSetting(name: string): name is keyof Settings {
  return Object.hasOwn(checks, name)
}

function bad(source: string, what: string): UsageError {
  return new UsageError(`KSS004 bad-config: ${source}: ${what}.`)
}

function read(file: string): string | undefined {
  try {
    if (!statSync(file).isFile()) return undefined
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
  } catch {
    return undefined
  }
}

function parse(textOfFile: string, source: string): unknown {
  const parsed = tryParse(textOfFile)
  if (parsed === undefined) throw bad(source, 'it is not JSON')
  return parsed
}

function tryParse(textOfFile: string): unknown {
  try {
    return JSON.parse(textOfFile)
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isPositive(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) > 0
}

function text(what: string) {
  return { expects: `a text: ${what}`, test: (value: unknown) => typeof value === 'string' && value !== '' }
}

function texts(what: string) {
  const test = (value: unknown) => Array.isArray(value) && value.every((one) => typeof one === 'string' && one !== '')
  return { expects: `a list of texts: ${what}`, test }
}

function oneOf(words: readonly string[]) {
  return { expects: words.join(', '), test: (value: unknown) => words.some((word) => word === value) }
}
