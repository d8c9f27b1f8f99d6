import type { Edit } from '../../edit.js'
import { readJson } from '../../files/json.js'
import { type Entry, entryAt, type MapTree, type Tree } from '../../files/tree.js'
import type { Project } from '../../project/project.js'

/** package.json with the places of what it holds. */
export interface ManifestFile {
  readonly file: string
  readonly text: string
  readonly tree: MapTree
  /** Of this tool. */
  readonly version: string
}

const ours = 'koa-shared-session'

/** The package.json of an app; undefined where there is none that can be read. */
export async function readManifestFile(
  project: Project,
  file: string | undefined,
  version: string | undefined,
): Promise<ManifestFile | undefined> {
  const text = file === undefined ? undefined : project.text(file)
  if (file === undefined || text === undefined || version === undefined) return undefined
  const parsed = await readJson(text)
  return 'value' in parsed && parsed.value.kind === 'map' ? { file, text, tree: parsed.value, version } : undefined
}

/** Puts this package among the dependencies, in the order and the form that they have. Nothing where it is there already. */
export function installEdits({ file, text, tree, version }: ManifestFile): readonly Edit[] {
  const sections = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies']
  if (sections.some((section) => entryAt(tree, section, ours) !== undefined)) return []
  const wanted = `"${ours}"`
  const list = entryAt(tree, 'dependencies')?.value
  if (list?.kind !== 'map' || list.entries.length === 0) return [newSection({ file, text, tree, version }, list)]
  const { entries } = list
  const first = entries[0] as Entry
  const field = `${wanted}${text.slice(first.start, first.value.start).slice(JSON.stringify(first.key).length)}"^${version}"`
  const gap = /^\s*/.exec(text.slice(list.start + 1))?.[0] ?? ''
  const next = isSorted(entries) ? entries.find(({ key }) => key > ours) : undefined
  if (next !== undefined) return [{ file, start: next.start, end: next.start, text: `${field},${gap}` }]
  const end = (entries.at(-1) as Entry).end
  return [{ file, start: end, end, text: `,${gap}${field}` }]
}

function newSection({ file, text, tree, version }: ManifestFile, list: Tree | undefined): Edit {
  const range = `^${version}`
  const last = tree.entries.at(-1)
  const gap = /^\s*/.exec(text.slice(tree.start + 1))?.[0] ?? ''
  const indent = gap.replace(/^\r?\n/, '')
  const body = gap === '' ? `{"${ours}":"${range}"}` : `{${gap}${indent}"${ours}": "${range}"${gap}}`
  if (list !== undefined) return { file, start: list.start, end: list.end, text: body }
  const section = `"dependencies":${gap === '' ? '' : ' '}${body}`
  const at = last?.end ?? tree.start + 1
  return { file, start: at, end: at, text: `${last === undefined ? '' : ','}${gap}${section}` }
}

/** Takes packages and their types out of the dependencies. */
export function removalEdits(manifest: ManifestFile, packages: readonly string[]): readonly Edit[] {
  const names = new Set(packages.flatMap((name) => [name, `@types/${name}`]))
  const [inserted] = installEdits(manifest)
  return ['dependencies', 'devDependencies'].flatMap((section) => {
    const list = entryAt(manifest.tree, section)?.value
    return list?.kind === 'map'
      ? runsOf(list.entries, names).flatMap((run) => cut(manifest, list.entries, run, inserted))
      : []
  })
}

/** Neighbours that go together, from the first up to the last, by number. */
function runsOf(entries: readonly Entry[], names: ReadonlySet<string>): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = []
  for (const [index, { key }] of entries.entries()) {
    if (!names.has(key)) continue
    const last = runs.at(-1)
    if (last?.to === index - 1) last.to = index
    else runs.push({ from: index, to: index })
  }
  return runs
}

function cut(
  { file }: ManifestFile,
  entries: readonly Entry[],
  { from, to }: { from: number; to: number },
  inserted: Edit | undefined,
): Edit[] {
  const [first, last, before, after] = [entries[from], entries[to], entries[from - 1], entries[to + 1]]
  if (first === undefined || last === undefined) return []
  const [start, end] = after === undefined ? [before?.end ?? first.start, last.end] : [first.start, after.start]
  const isSplit = inserted !== undefined && start < inserted.start && inserted.start < end
  const isWhole = before === undefined && after === undefined
  // What is left around the new line must stay JSON; people take the rest out.
  return isSplit || (isWhole && inserted?.start === end) ? [] : [{ file, start, end, text: '' }]
}

const isSorted = (entries: readonly Entry[]) =>
  entries.every(({ key }, index) => index === 0 || (entries[index - 1]?.key ?? '') <= key)
