import { createRequire } from 'node:module'

/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Packages with the versions that are installed, each once. */
export function versions(names: readonly string[]): string[] {
  return [...new Set(names)].map((name) => `${name} ${versionOf(name)}`)
}

const require = createRequire(import.meta.url)

// Not every package lets its package.json be imported, so it is looked for where packages are.
/** The version of an installed package. */
export function versionOf(name: string): string {
  const places = [
    `${name}/package.json`,
    ...(require.resolve.paths(name) ?? []).map((path) => `${path}/${name}/package.json`),
  ]
  for (const place of places) {
    try {
      return require(place).version
    } catch {}
  }
  return 'of unknown version'
}
