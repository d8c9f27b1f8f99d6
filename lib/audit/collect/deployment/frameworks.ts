import { posix } from 'node:path'
import type { ProcessFact } from '../../facts/deployment.js'
import { readScriptValue } from '../../files/script-value.js'
import { entryAt, numberOf } from '../../files/tree.js'
import type { Reading } from './reading.js'

/** ThinkJS forks `workers` processes by itself: 0 is one per core, 1 where nothing is written. Undefined: no ThinkJS app. */
export async function thinkWorkers(reading: Reading, script: string): Promise<ProcessFact | undefined> {
  if (!/\bthinkjs\b/.test(reading.text(script) ?? '')) return undefined
  const base = posix.join(posix.dirname(script), 'src/config')
  const files = ['config.production.js', 'config.js'].map((name) => posix.join(base, name))
  for (const file of files.filter((candidate) => reading.project.files.includes(candidate))) {
    const read = await readScriptValue(reading.text(file) ?? '')
    const entry = 'value' in read ? entryAt(read.value, 'workers') : undefined
    const workers = numberOf(entry?.value)
    if (!entry || workers === undefined) continue
    const place = reading.place(file, entry)
    const count = workers === 0 ? 'cpus' : workers
    return {
      kind: 'cluster',
      count,
      variable: undefined,
      place,
      when: 'production',
      script,
      said: `ThinkJS workers: ${workers}`,
    }
  }
  return undefined
}
