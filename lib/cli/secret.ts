import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { leastKeyBytes } from '../core/key-strength.js'
import type { Command } from './commands.js'
import { type Flag, flagLines, readFlags } from './flags.js'
import { replacePrivately } from './secret/private-file.js'
import { type Rotation, rotate } from './secret/rotation.js'
import { UsageError } from './usage-error.js'

const flags: readonly Flag[] = [
  { name: 'env', value: '[=<name>]', says: 'prints a line for an env file; the name is SECRET_KEY if none is given' },
  {
    name: 'rotate',
    value: '<file>',
    says: 'puts a new key into an env file, and moves the one before to SECRET_KEY_FALLBACKS',
  },
  { name: 'json', says: 'prints JSON' },
  { name: 'help', short: 'h', says: 'prints this' },
]

/** What `secret --help` prints. */
export const secretHelp = `Makes a strong secret key: ${leastKeyBytes} random bytes, in base64url.

Usage
  koa-shared-session secret [options]

Options
${flagLines(flags)}

Examples
  koa-shared-session secret
  koa-shared-session secret --env >> .env
  koa-shared-session secret --rotate .env && kill -HUP "$(cat serve.pid)"

With --rotate all else in the file stays as it is, the change is made whole or not at all, and a file that all users can
read is readable for its owner only afterwards. Nobody is logged out: cookies signed by the key before go on working,
and are issued anew.
`

/** `secret`: makes a key, or changes the one in an env file. */
export const secret: Command = async (given) => {
  const words = readFlags(given, flags)
  if (words.has('help')) return print(secretHelp)
  const inline = words.text('env')
  const [name = inline, ...others] = inline === '' ? words.operands : [inline, ...words.operands]
  if (others.length > 0)
    throw new UsageError(
      `secret takes options only, and got ${others.join(' ')}. koa-shared-session secret --help lists them.`,
    )
  const key = randomBytes(leastKeyBytes).toString('base64url')
  const file = words.text('rotate')
  if (file !== undefined) {
    if (words.has('env'))
      throw new UsageError('--env prints a new key and --rotate writes one into a file: give one of them.')
    return print(rotated(file, key, words.has('json')))
  }
  const variable = name === undefined ? undefined : nameOf(name || 'SECRET_KEY')
  if (words.has('json')) return print(`${JSON.stringify({ [variable ?? 'key']: key })}\n`)
  return print(variable === undefined ? `${key}\n` : `${variable}=${key}\n`)
}

function print(text: string): number {
  process.stdout.write(text)
  return 0
}

function nameOf(name: string): string {
  if (/^[A-Za-z_]\w*$/.test(name)) return name
  throw new UsageError('--env takes the name of a variable: letters, digits and _.')
}

function rotated(file: string, key: string, asJson: boolean): string {
  const text = readText(file)
  const rotation = rotate(text, key)
  if (!rotation) {
    const newLine = text === '' || text.endsWith('\n') ? '' : `echo >> ${file} && `
    throw new UsageError(
      `${file} sets no SECRET_KEY, so there is none to move. To put a first one there: ${newLine}koa-shared-session secret --env >> ${file}`,
    )
  }
  try {
    replacePrivately(file, Buffer.from(rotation.text))
  } catch (error) {
    throw new UsageError(`${file} cannot be written (${codeOf(error)}). It is as it was.`)
  }
  const { kept, dropped } = rotation
  return asJson ? `${JSON.stringify({ file, kept, dropped })}\n` : inWords(file, rotation)
}

function readText(file: string): string {
  try {
    const bytes = readFileSync(file)
    const text = bytes.toString()
    // What is not UTF-8 would not come back byte for byte.
    if (!Buffer.from(text).equals(bytes)) throw new UsageError(`${file} is not UTF-8 text, so it is left alone.`)
    return text
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${file} cannot be read (${codeOf(error)}).`)
  }
}

function inWords(file: string, { kept, dropped }: Rotation): string {
  const weak = dropped === 1 ? 'One key' : `${dropped} keys`
  const lines = [
    `${file}: SECRET_KEY is new, and SECRET_KEY_FALLBACKS holds ${kept} older key${kept === 1 ? '' : 's'}.`,
    dropped > 0 &&
      `${weak} before was weak or publicly known, and was thrown away: its cookies end, and their visitors log in again.`,
    'Now restart what reads the file, or reload serve (SIGHUP). Take an older key out when the last session it signed has ended.',
  ]
  return `${lines.filter(Boolean).join('\n')}\n`
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? 'unknown error'
