import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { UsageError } from '../../usage-error.js'

/** One request, as `--login` writes it: `POST /login user=ada&password=…`. */
export interface LoginRequest {
  readonly method: string
  readonly path: string
  readonly body: string | undefined
  readonly type: string | undefined
}

/** How the running app is visited. */
export interface VisitPlan {
  readonly url: URL
  readonly page: string
  readonly login: LoginRequest | undefined
  /** The Cookie header of somebody who is logged in. */
  readonly cookie: string | undefined
  readonly headers: Readonly<Record<string, string>>
  /** A text that only those who are logged in see. */
  readonly expect: string | undefined
  /** A header that names the worker, or a pattern of the page whose first group does. */
  readonly worker: string | RegExp | undefined
  readonly requests: number
}

/** `[METHOD] PATH [BODY]`. A body that begins with { or [ is JSON, any other the fields of a form. `@file` holds the words. */
export function readLogin(words: string, from: string): LoginRequest {
  const text = fromFile(words, from).trim()
  const [, method, path, body] = /^(?:([A-Za-z]+)\s+)?(\/\S*)(?:\s+([\s\S]+))?$/.exec(text) ?? []
  if (path === undefined)
    throw new UsageError(
      "--login takes a method, a path and a body, such as 'POST /login user=ada&password=secret', or @file with these words.",
    )
  return {
    method: (method ?? (body === undefined ? 'GET' : 'POST')).toUpperCase(),
    path,
    body,
    type:
      body === undefined ? undefined : /^[{[]/.test(body) ? 'application/json' : 'application/x-www-form-urlencoded',
  }
}

/** The text itself, or what the file holds that `@` names: words on a command line can be read by all users of the machine. */
export function fromFile(words: string, from: string): string {
  if (!words.startsWith('@')) return words
  try {
    return readFileSync(resolve(from, words.slice(1)), 'utf8')
  } catch (error) {
    throw new UsageError(`${words.slice(1)} cannot be read (${(error as NodeJS.ErrnoException).code}).`)
  }
}

export function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new UsageError('--url takes the address of the running app, such as http://127.0.0.1:3000.')
  return url
}

/** `Name: value`. */
export function readHeaders(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = /^([!#$%&'*+\-.^_`|~\w]+):[ \t]*(.*)$/.exec(line) ?? []
      if (name === undefined || value === undefined)
        throw new UsageError("--header takes a name and a value, such as 'X-Forwarded-Proto: https'.")
      return [name, value]
    }),
  )
}

/** The name of a header, or a pattern between slashes. */
export function readWorker(text: string): string | RegExp {
  const [, pattern] = /^\/(.+)\/$/.exec(text) ?? []
  try {
    return pattern === undefined ? text : new RegExp(pattern)
  } catch {
    throw new UsageError(`--worker is no pattern that can be used: ${JSON.stringify(text)}.`)
  }
}
