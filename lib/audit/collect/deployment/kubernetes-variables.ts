import { Buffer } from 'node:buffer'
import type { VariableFact } from '../../facts/deployment.js'
import type { SettingsFact } from '../../facts/settings.js'
import { entriesOf, entryAt, itemsOf, type Tree, textAt, textOf, valueAt } from '../../files/tree.js'
import { whenOfFile } from './file-names.js'
import type { Manifest } from './kubernetes-manifest.js'
import { linesOf } from './lines.js'
import type { Reading } from './reading.js'

/** `env` of a container: values, and references to secrets. */
export function containerVariables(
  reading: Reading,
  { file, name }: Pick<Manifest, 'file' | 'name'>,
  container: Tree,
): readonly VariableFact[] {
  const source = /\{\{/.test(reading.text(file) ?? '') ? 'helm' : 'kubernetes'
  return itemsOf(valueAt(container, 'env')).flatMap((item) => {
    const variable = textAt(item, 'name')
    if (variable === undefined) return []
    const value = entryAt(item, 'value')
    const fromSecret = entryAt(item, 'valueFrom', 'secretKeyRef') !== undefined
    const written = textOf(value?.value)
    const place = value ? unquoted(reading.text(file) ?? '', value.value) : item
    const known = written !== undefined && /\$\{?\w|\$\(/.test(written) ? undefined : written
    return [
      reading.variable(file, {
        name: variable,
        value: known,
        source,
        service: name,
        place,
        fromSecret,
        secret: secretKey(item),
        when: whenOfFile(file),
      }),
    ]
  })
}

function secretKey(item: Tree): VariableFact['secret'] {
  const [name, key] = ['name', 'key'].map((part) => textAt(item, 'valueFrom', 'secretKeyRef', part))
  return name === undefined || key === undefined ? undefined : { name, key }
}

/** How a Deployment gives its container variables: one after the other, or all keys of a Secret. */
export function containerSettings(
  reading: Reading,
  { file, name }: Pick<Manifest, 'file' | 'name'>,
  container: Tree,
): SettingsFact {
  const whole = itemsOf(valueAt(container, 'envFrom')).flatMap((item) => textAt(item, 'secretRef', 'name') ?? [])
  const single = itemsOf(valueAt(container, 'env')).flatMap((item) => secretKey(item)?.name ?? [])
  const secret = whole[0] ?? single[0]
  return {
    source: 'kubernetes',
    name,
    place: reading.place(file, entryAt(container, 'name') ?? container),
    when: whenOfFile(file),
    files: [],
    secret: secret === undefined ? undefined : { name: secret, whole: whole.length > 0 },
    next: /\{\{|<%/.test(reading.text(file) ?? '') ? undefined : linesOf(reading, file, container, 'env'),
    volumes: undefined,
  }
}

/** The place of a value without its quotes. */
export function unquoted(text: string, { start, end }: Tree): { start: number; end: number } {
  const quoted = /^['"]/.test(text.slice(start, start + 1)) ? 1 : 0
  return { start: start + quoted, end: Math.max(start + quoted, end - quoted) }
}

/** Data of a Secret or ConfigMap under names of environment variables. Encrypted ones count as taken from a secret store. */
export function configVariables(reading: Reading, { file, tree, kind, name }: Manifest): readonly VariableFact[] {
  const encrypted = entryAt(tree, 'sops') !== undefined
  const plain = entriesOf(valueAt(tree, kind === 'Secret' ? 'stringData' : 'data'))
  const encoded = kind === 'Secret' ? entriesOf(valueAt(tree, 'data')) : []
  const text = reading.text(file) ?? ''
  return [...plain.map((entry) => ({ entry, base64: false })), ...encoded.map((entry) => ({ entry, base64: true }))]
    .filter(({ entry }) => /^[A-Za-z_]\w*$/.test(entry.key) && textOf(entry.value) !== undefined)
    .map(({ entry, base64 }) => {
      const written = textOf(entry.value) ?? ''
      const sealed = encrypted || /^ENC\[/.test(written)
      const known =
        sealed || /\$\{/.test(written) ? undefined : base64 ? Buffer.from(written, 'base64').toString() : written
      return reading.variable(file, {
        name: entry.key,
        value: known,
        source: 'kubernetes',
        service: name,
        place: unquoted(text, entry.value),
        fromSecret: sealed,
      })
    })
}

/** `literals` of a kustomization's generators. */
export function generatedVariables(reading: Reading, { file, tree }: Manifest): readonly VariableFact[] {
  const generators = ['secretGenerator', 'configMapGenerator'].flatMap((key) => itemsOf(valueAt(tree, key)))
  return generators.flatMap((generator) =>
    itemsOf(valueAt(generator, 'literals')).flatMap((item) => {
      const [name, ...value] = (textOf(item) ?? '').split('=')
      if (!name || value.length === 0) return []
      return [
        reading.variable(file, {
          name,
          value: value.join('='),
          source: 'kubernetes',
          service: textAt(generator, 'name'),
          place: item,
        }),
      ]
    }),
  )
}
