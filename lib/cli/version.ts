import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The package's own version. */
export const version: string = readVersion()

function readVersion(): string {
  const file = fileURLToPath(import.meta.resolve('koa-shared-session/package.json'))
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
