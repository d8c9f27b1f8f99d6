import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { UsageError } from '../usage-error.js'

/**
 * Writes the number of this process into a file, and answers what removes it.
 *
 * @throws UsageError where another process that lives stands in it, or it cannot be written
 */
export function keepPidFile(file: string | undefined): () => void {
  if (file === undefined) return () => {}
  const other = pidIn(file)
  if (other !== undefined && other !== process.pid && isAlive(other))
    throw new UsageError(`${file} names process ${other}, which runs. Stop it first, or choose another --pid-file.`)
  try {
    writeFileSync(file, `${process.pid}\n`)
  } catch (error) {
    throw new UsageError(`The pid file ${file} cannot be written (${(error as NodeJS.ErrnoException).code}).`)
  }
  return () => {
    if (pidIn(file) === process.pid) rmSync(file, { force: true })
  }
}

function pidIn(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8').trim())
    return Number.isInteger(pid) && pid > 0 ? pid : undefined
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
