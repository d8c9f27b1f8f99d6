import type { LinesFact, SettingsFact } from '../../facts/settings.js'
import { entryAt } from '../../files/tree.js'
import type { ComposeService } from './compose.js'
import { envFilesOf, whenOfService } from './compose-service.js'
import { linesOf } from './lines.js'
import type { Reading } from './reading.js'

/** How a service is given variables, and volumes. */
export function serviceSettings(reading: Reading, service: ComposeService): SettingsFact {
  const { file, name, tree, entry } = service
  const own = linesOf(reading, file, tree, 'volumes')
  const all = volumesOfFile(reading, service)
  return {
    source: 'compose',
    name,
    place: reading.place(file, entry),
    when: whenOfService(service),
    files: envFilesOf(service),
    secret: undefined,
    next: linesOf(reading, file, tree, 'environment'),
    volumes: own && all && { service: own, file: all },
  }
}

/** Behind the others; at the end of a file that has none. Files of the first version have services only. */
function volumesOfFile(reading: Reading, { file, whole }: ComposeService): LinesFact | undefined {
  if (entryAt(whole, 'services') === undefined) return undefined
  if (whole !== undefined && entryAt(whole, 'volumes') !== undefined) return linesOf(reading, file, whole, 'volumes')
  const end = reading.text(file)?.length ?? 0
  return { at: reading.place(file, { start: end, end }), indent: '', form: 'new' }
}
