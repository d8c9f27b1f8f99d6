import { posix } from 'node:path'
import type { VariableFact } from '../../facts/deployment.js'
import { type EnvEntry, readEnvFile } from '../../files/env-file.js'
import type { Piece, Reading } from './reading.js'

/** `.env` and its relatives. */
export function readEnvFiles(reading: Reading): Piece {
  const files = reading.files.filter(isEnvFile)
  return { variables: files.flatMap((file) => envVariables(reading, file)) }
}

export function isEnvFile(file: string): boolean {
  const base = posix.basename(file)
  if (/\.(js|ts|json|ya?ml|sh|py|d\.ts|md)$/.test(base)) return false
  return /^\.?env([._-][\w.-]+)?$|^[\w-]+\.env([._-][\w.-]+)?$|^\.flaskenv$/i.test(base)
}

/** The variables of one env file. Encrypted values count as taken from a secret store. */
export function envVariables(reading: Reading, file: string, service?: string): readonly VariableFact[] {
  const text = reading.text(file) ?? ''
  const entries = readEnvFile(text).filter((entry) => !entry.commented)
  return entries.map((entry) =>
    reading.variable(file, {
      name: entry.name,
      value: isExpansion(entry) ? undefined : entry.value,
      source: 'env-file',
      service,
      place: entry.value === '' ? entry : entry.valueSpan,
      fromSecret: /^(ENC\[|encrypted:)/.test(entry.value),
    }),
  )
}

function isExpansion(entry: EnvEntry): boolean {
  if (entry.quote === "'") return false
  return (
    /^(ENC\[|encrypted:)/.test(entry.value) || /\$\{?[A-Za-z_]|\$\(/.test(entry.value) || /<%|\{\{/.test(entry.value)
  )
}
