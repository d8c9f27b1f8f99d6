import { fork } from 'node:child_process'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

/** How many of the requests after one login were answered to somebody who is logged in. */
export interface Measured {
  seen: number
  asked: number
  workers: number
}

/** Runs the app in four workers, logs in once, and asks again and again on new connections with the login's cookies. */
export function measure(app: string, env: Record<string, string>, asked = 40): Promise<Measured> {
  return withWorkers(app, env, (origin) => visit(origin, asked))
}

/** Runs the app in four workers while `use` does. */
export async function withWorkers<T>(
  app: string,
  env: Record<string, string>,
  use: (origin: string) => Promise<T>,
): Promise<T> {
  const child = fork(fileURLToPath(new URL('./primary.js', import.meta.url)), [app], {
    env: { PATH: process.env.PATH, PORT: '0', ...env },
    silent: true,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk))
  const ended = once(child, 'exit')
  const [message] = await Promise.race([once(child, 'message'), ended.then(() => [undefined])])
  if (!message) throw new Error(`The workers did not start:\n${output}`)
  try {
    return await use(`http://127.0.0.1:${message.port}`)
  } finally {
    child.disconnect()
    await ended
  }
}

async function visit(origin: string, asked: number): Promise<Measured> {
  const { cookie } = await ask(`${origin}/login`)
  const answers = []
  for (let n = 0; n < asked; n += 1) answers.push(await ask(`${origin}/`, cookie))
  return {
    seen: answers.filter(({ user }) => user === 'ada').length,
    asked,
    workers: new Set(answers.map(({ pid }) => pid)).size,
  }
}

async function ask(url: string, cookie?: string): Promise<{ user?: string; pid?: number; cookie: string }> {
  const request = get(url, { agent: false, headers: cookie ? { cookie } : {} })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const body = await text(response)
  const set = response.headers['set-cookie'] ?? []
  return {
    ...(response.statusCode === 200 ? JSON.parse(body) : {}),
    cookie: set.map((line) => line.split(';')[0]).join('; '),
  }
}
