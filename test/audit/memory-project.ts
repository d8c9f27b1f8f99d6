import type { Project } from '../../lib/audit/project/project.js'

/** A project that is only a map of paths to texts. `tracked`: what git tracks; left out, there is no checkout. */
export function memoryProject(
  files: Readonly<Record<string, string>>,
  { tracked }: { readonly tracked?: readonly string[] } = {},
): Project {
  const texts = new Map(Object.entries(files))
  return {
    files: [...texts.keys()].sort(),
    unread: [],
    tracked: (file) => tracked?.includes(file),
    ignored: () => false,
    text: (file) => texts.get(file),
  }
}
