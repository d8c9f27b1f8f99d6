import type { LogLine } from '../../cluster/log.js'

/** What to say to somebody who gave `--port`, when all workers listen; undefined where they listen there. */
export function portLine(port: string | undefined, { event, fields }: LogLine): LogLine | undefined {
  if (event !== 'all-ready' || port === undefined || Number(port) === 0) return undefined
  const addresses = String(fields?.addresses).split(',')
  if (addresses.some((address) => address.endsWith(`:${Number(port)}`))) return undefined
  const text = `--port ${port} sets PORT, and the app listens elsewhere: let it listen on process.env.PORT`
  return { level: 'warn', event: 'port-ignored', text }
}
