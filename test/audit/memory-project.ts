import type { Project } from '../../lib/audit/project/project.js'

interface Kept {
  /** What git tracks; left out, there is no checkout. */
  readonly tracked?: readonly string[]
  /** Files that are there and cannot be read. */
  readonly unreadable?: readonly string[]
  /** Of the nearest package.json above. */
  readonly typeAbove?: string
}

/** A project that is only a map of paths to texts. */
export function memoryProject(
  files: Readonly<Record<string, string>>,
  { tracked, unreadable, typeAbove }: Kept = {},
): Project {
  const texts = new Map(Object.entries(files))
  return {
    files: [...texts.keys()].sort(),
    unread: [],
    lockFiles: [],
    typeAbove,
    tracked: (file) => tracked?.includes(file),
    ignored: () => false,
    text: (file) => (unreadable?.includes(file) ? undefined : texts.get(file)),
  }
}
