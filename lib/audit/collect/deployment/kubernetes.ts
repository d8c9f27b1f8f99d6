import { posix } from 'node:path'
import { blankTemplates } from '../../files/template-blanks.js'
import { computed, entriesOf, type Tree, textAt, valueAt } from '../../files/tree.js'
import { readYaml } from '../../files/yaml.js'
import { isKnative, type Manifest } from './kubernetes-manifest.js'
import { ingressProxies, scalerFacts, serviceStickiness } from './kubernetes-network.js'
import { configVariables, generatedVariables } from './kubernetes-variables.js'
import { workloadFacts } from './kubernetes-workload.js'
import type { Piece, Reading } from './reading.js'

/** Kubernetes manifests, Helm templates, kustomizations and Knative services. */
export async function readKubernetes(reading: Reading): Promise<readonly Piece[]> {
  const files = reading.files.filter((file) => isManifestFile(reading, file))
  const objects: { file: string; tree: Tree }[] = []
  for (const file of files) for (const tree of await documentsOf(reading, file)) objects.push({ file, tree })
  const sharedClaims = new Set(
    objects.filter(({ tree }) => isSharedClaim(tree)).map(({ tree }) => textAt(tree, 'metadata', 'name') ?? ''),
  )
  return objects.map(({ file, tree }) => {
    const kind = textAt(tree, 'kind') ?? ''
    return pieceOf(reading, { file, tree, kind, name: textAt(tree, 'metadata', 'name') ?? kind, sharedClaims })
  })
}

function isManifestFile(reading: Reading, file: string): boolean {
  if (!/\.(ya?ml)(\.(tpl|j2|erb))?$/.test(file) || /^\.github\/|(^|\/)(crds?|\.circleci|\.gitlab)\//.test(file))
    return false
  if (/^kustomization\.ya?ml$/.test(posix.basename(file))) return true
  const text = reading.text(file) ?? ''
  return /^\s*-?\s*apiVersion:/m.test(text) && /^\s*-?\s*kind:/m.test(text)
}

async function documentsOf(reading: Reading, file: string): Promise<readonly Tree[]> {
  const text = reading.text(file) ?? ''
  const templated = /\{\{|<%|\{%/.test(text)
  const read = readYaml(templated ? blankTemplates(text, '#') : text)
  if ('problem' in read && templated) {
    reading.note(file, `it is a template that does not read as YAML once its tags are blanked (${read.problem})`)
    return []
  }
  const trees = reading.parsed(file, read) ?? []
  const plain = templated ? trees.map((tree) => withTags(tree, text)) : trees
  return plain.flatMap((tree) => (textAt(tree, 'kind') === 'List' ? listed(valueAt(tree, 'items')) : [tree]))
}

function listed(items: Tree | undefined): readonly Tree[] {
  return items?.kind === 'list' ? items.items : []
}

/** What a tag gives is not known before the template is rendered. */
function withTags(tree: Tree, text: string): Tree {
  if (tree.kind === 'list') return { ...tree, items: tree.items.map((item) => withTags(item, text)) }
  if (tree.kind === 'map')
    return { ...tree, entries: tree.entries.map((entry) => ({ ...entry, value: withTags(entry.value, text) })) }
  const written = text.slice(tree.start, tree.end)
  return /\{\{|<%/.test(written) ? computed(written, tree) : tree
}

function isSharedClaim(tree: Tree): boolean {
  if (textAt(tree, 'kind') !== 'PersistentVolumeClaim') return false
  const modes = valueAt(tree, 'spec', 'accessModes')
  return modes?.kind === 'list' && modes.items.some((item) => item.kind === 'scalar' && item.value === 'ReadWriteMany')
}

function pieceOf(reading: Reading, manifest: Manifest): Piece {
  switch (manifest.kind) {
    case 'Deployment':
    case 'StatefulSet':
    case 'ReplicaSet':
    case 'ReplicationController':
    case 'DaemonSet':
    case 'Rollout':
      return workloadFacts(reading, manifest)
    case 'Service':
      return isKnative(manifest) ? workloadFacts(reading, manifest) : serviceStickiness(reading, manifest)
    case 'Ingress':
    case 'IngressRoute':
    case 'HTTPRoute':
      return ingressProxies(reading, manifest)
    case 'HorizontalPodAutoscaler':
      return scalerFacts(reading, manifest)
    case 'Secret':
    case 'ConfigMap':
      return { variables: configVariables(reading, manifest) }
    case 'Kustomization':
      return { variables: generatedVariables(reading, manifest) }
    default:
      return hasGenerators(manifest) ? { variables: generatedVariables(reading, manifest) } : {}
  }
}

function hasGenerators({ tree }: Manifest): boolean {
  return entriesOf(tree).some(({ key }) => key === 'secretGenerator' || key === 'configMapGenerator')
}
