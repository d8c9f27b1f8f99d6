import { spawn } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Report } from '../../../lib/audit/report.js'
import { cli } from '../../cli/run.js'
import { Serving } from '../../cluster/serving.js'
import { projectRoot } from '../../project.js'
import { freshDirectory } from '../../servers/process.js'
import { readPages } from '../page.js'

const blocks = readPages().find(({ path }) => path === 'docs/deploy.md')?.blocks ?? []

/** The text of a file of docs/deploy.md. */
export function recipe(file: string): string {
  const found = blocks.find((block) => block.file === file)
  if (!found) throw new Error(`docs/deploy.md has no file ${file}`)
  return found.code
}

/** A text with others in its place; each must be in it. */
export function replaced(text: string, changes: Readonly<Record<string, string>>): string {
  return Object.entries(changes).reduce((result, [from, to]) => {
    if (!result.includes(from)) throw new Error(`${from} is not in:\n${text}`)
    return result.replaceAll(from, to)
  }, text)
}

interface LayOut {
  /** What becomes of the text of the files. */
  change?: (text: string) => string
  /** The script "start". */
  start?: string
}

const same = (text: string) => text
const serve = 'koa-shared-session serve server.js'

/** The app of docs/deploy.md with what npm would install, and these files of the page. Answers its directory. */
export function layOutShop(files: readonly string[] = [], { change = same, start = serve }: LayOut = {}): string {
  const directory = freshDirectory()
  const packages = { koa: 'node_modules/koa', 'koa-shared-session': '.' }
  mkdirSync(join(directory, 'node_modules'))
  for (const [name, path] of Object.entries(packages))
    symlinkSync(join(projectRoot, path), join(directory, 'node_modules', name))
  const dependencies = { koa: '^3.0.0', 'koa-shared-session': '*' }
  writeFileSync(
    join(directory, 'package.json'),
    JSON.stringify({ name: 'shop', type: 'module', scripts: { start }, dependencies }),
  )
  writeFileSync(join(directory, 'server.js'), recipe('server.js'))
  for (const file of files) writeFileSync(join(directory, file), change(recipe(file)))
  return directory
}

/** What production has, and files for the sessions. */
export const production = () => ({
  NODE_ENV: 'production',
  SECRET_KEY: 'Hd5WsQ9zLm2Xv7KtR4nYc8bJ3FpGaU1eTo6Ri0VkBxN',
  SESSION_FILE_DIR: `${freshDirectory()}/sessions`,
})

/** Starts a command of a recipe in the shop's directory, with nothing but these variables. */
export function startShop(words: readonly string[], directory: string, env: Record<string, string>): Serving {
  const [program = '', ...args] = words
  const variables = { PATH: process.env.PATH, ...env }
  const child = spawn(program === 'node' ? process.execPath : program, args, {
    cwd: directory,
    env: variables,
    detached: true,
  })
  return new Serving(child, Number(env.PORT))
}

/** What the audit finds in the app with these files, unsure findings too; in any case it says that logins survive. */
export function audit(files: readonly string[], layOut?: LayOut): string[] {
  const { out, err } = cli(['migrate', layOutShop(files, layOut), '--format', 'json', '--all', '--fail-on', 'never'])
  const { apps }: Report = JSON.parse(out)
  const [app] = apps
  expect(app?.verdict.sessions, app?.verdict.why ?? err).to.equal('ready')
  return (app?.findings ?? []).map(({ id, title }) => `${id}: ${title}`)
}
