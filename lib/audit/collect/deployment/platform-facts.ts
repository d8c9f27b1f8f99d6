import type { CommandFact, HostsFact, ProcessFact, VariableFact } from '../../facts/deployment.js'
import type { ProxyFact } from '../../facts/proxy.js'
import type { When } from '../../facts/when.js'
import { type Entry, entriesOf, type Span, type Tree, textOf } from '../../files/tree.js'
import { commandFacts } from './commands.js'
import { expand } from './expansion.js'
import { whenOfFile } from './file-names.js'
import { unquoted } from './kubernetes-variables.js'
import type { Reading } from './reading.js'

/** The platform's own router: it ends TLS and tells the app the scheme. */
export function platformProxy(
  reading: Reading,
  file: string,
  at: Span,
  kind: ProxyFact['kind'],
  httpsOnly: boolean | undefined,
): ProxyFact {
  return {
    kind,
    place: reading.place(file, at),
    tls: true,
    forwardsProto: true,
    sticky: undefined,
    cache: undefined,
    keepAliveSeconds: undefined,
    httpsOnly,
    insertAt: undefined,
  }
}

/** A start command in a platform's file. */
export function platformCommand(
  reading: Reading,
  file: string,
  name: string,
  value: Tree | undefined,
  dir = reading.scope.dir,
): readonly CommandFact[] {
  const text = textOf(value)
  if (!value || text === undefined || text.trim() === '') return []
  const span = unquoted(reading.text(file) ?? '', value)
  return commandFacts(reading, { source: 'paas', name, file, text, span, dir, when: whenOfPlatform(file) })
}

/** A number of machines as two facts: processes, where it is said outright, and hosts. */
export function platformCount(
  reading: Reading,
  file: string,
  entry: Entry,
  known: { min: number; max: number; ephemeralDisk: boolean },
): { processes: readonly ProcessFact[]; hosts: readonly HostsFact[] } {
  const { min, max, ephemeralDisk } = known
  const place = reading.place(file, entry)
  const said = `${entry.key}: ${textOf(entry.value) ?? min}`
  const count = Math.max(min, 1)
  return {
    processes: [
      { kind: 'replicas', count, variable: undefined, place, when: whenOfPlatform(file), script: undefined, said },
    ],
    hosts: [{ min: count, max: Math.max(max, count), kind: 'paas', place, said, ephemeralDisk }],
  }
}

/** Machines where nothing is said about their number. */
export function platformHost(
  reading: Reading,
  file: string,
  at: Span,
  said: string,
  ephemeralDisk: boolean,
): HostsFact {
  return { min: 1, max: 1, kind: 'paas', place: reading.place(file, at), said, ephemeralDisk }
}

/** A map of variables. */
export function platformVariables(
  reading: Reading,
  file: string,
  map: Tree | undefined,
  service?: string,
): readonly VariableFact[] {
  return entriesOf(map).flatMap((entry) => {
    const text = textOf(entry.value)
    if (text === undefined) return []
    const place = unquoted(reading.text(file) ?? '', entry.value)
    return [
      reading.variable(file, {
        name: entry.key,
        value: expand(text).value,
        source: 'paas',
        service,
        place,
        when: whenOfPlatform(file),
      }),
    ]
  })
}

export function whenOfPlatform(file: string): When {
  return whenOfFile(file)
}
