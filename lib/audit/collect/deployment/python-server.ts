import type { ProcessFact, ThreadFact } from '../../facts/deployment.js'
import type { PythonFact } from '../../facts/python.js'
import type { PythonAssignment, PythonToken } from '../../files/python.js'
import type { Worth } from './gunicorn.js'
import type { Reading } from './reading.js'
import { gunicornThreads } from './thread-facts.js'

/** Of a server that does not fork. */
export const one: Worth = { count: 1, variable: undefined }

interface Server {
  readonly server: PythonFact['server']
  readonly assignments: readonly PythonAssignment[]
  readonly tokens: readonly PythonToken[]
}

function serverPlace(reading: Reading, file: string, known: Server, name: string) {
  const at =
    known.assignments.find((assignment) => assignment.name === name) ??
    known.tokens.find((token) => /^(serve|BaseApplication|waitress)$/.test(token.text))
  return reading.place(file, at ?? { start: 0, end: 0 })
}

/** The processes that the code starts: `waitress.serve()`, Gunicorn's BaseApplication. */
export function processOf(reading: Reading, file: string, known: Server & { workers: Worth }): ProcessFact {
  const { count, variable, formula } = known.workers
  const place = serverPlace(reading, file, known, 'workers')
  const said =
    known.server === 'gunicorn' ? `gunicorn workers: ${count ?? variable ?? 'computed'}` : 'Waitress: one process'
  return {
    kind: known.server === 'gunicorn' && count !== 1 ? 'cluster' : 'single',
    count,
    variable,
    formula,
    place,
    when: 'any',
    script: file,
    said,
  }
}

/** The threads of each of them. */
export function threadsOf(reading: Reading, file: string, known: Server & { threads: Worth }): ThreadFact {
  const written = known.assignments.some((assignment) => assignment.name === 'threads')
  const place = serverPlace(reading, file, known, 'threads')
  if (!written && known.server === 'gunicorn') return gunicornThreads(undefined, place)
  const count = written ? known.threads.count : 4
  return { count, place, said: `${known.server} threads: ${count ?? 'computed'}`, inCode: false }
}
