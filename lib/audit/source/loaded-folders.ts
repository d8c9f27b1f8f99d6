import { posix } from 'node:path'
import { isSourceFile } from '../project/source-file.js'

/** Code that loads files by the name of their folder: `fs.readdirSync(dir).forEach(require)` and the like. */
const loadsFolders = /readdir|glob|require-?(all|dir|directory)|requireDirectory|autoload|\brequire\s*\(\s*(?!['"`])/i

const paths = /(['"`])((?:\.{1,2}\/|\/)?[\w./-]+?)\/?(?:\*\*.*?|\*.*?)?\1/g

/** The folders of a project by the source files below them, so that no file is compared with all others. */
export class LoadedFolders {
  readonly #files: ReadonlySet<string>
  #byFolder: ReadonlyMap<string, readonly string[]> | undefined

  constructor(files: ReadonlySet<string>) {
    this.#files = files
  }

  /** What the file loads by folders, by a look at its text: every source file of the folders that it names. */
  of(file: string, text: string): string[] {
    if (!loadsFolders.test(text)) return []
    this.#byFolder ??= sourceByFolder(this.#files)
    const loaded = new Set([...this.#named(file, text)].flatMap((dir) => this.#byFolder?.get(dir) ?? []))
    loaded.delete(file)
    return [...loaded]
  }

  #named(file: string, text: string): Set<string> {
    const here = posix.dirname(file)
    const named = [...text.matchAll(paths)].map((match) => posix.join(here, match[2] ?? ''))
    const dirs = new Set([...named, ...(/__dirname|import\.meta/.test(text) ? [here] : [])])
    return new Set([...dirs].filter((dir) => !this.#holdsPackageOf(file, dir)))
  }

  /** Whether the folder holds the whole package that the file is of: nobody loads every file of a workspace. */
  #holdsPackageOf(file: string, folder: string): boolean {
    let dir = posix.dirname(file)
    while (dir !== '.' && !this.#files.has(`${dir}/package.json`)) dir = posix.dirname(dir)
    return dir.startsWith(`${folder}/`)
  }
}

/** The source files below each folder, at any depth; the whole project is no folder of it. */
function sourceByFolder(files: Iterable<string>): Map<string, string[]> {
  const byFolder = new Map<string, string[]>()
  for (const file of files)
    for (let dir = isSourceFile(file) ? posix.dirname(file) : '.'; dir !== '.'; dir = posix.dirname(dir)) {
      const known = byFolder.get(dir)
      if (known === undefined) byFolder.set(dir, [file])
      else known.push(file)
    }
  return byFolder
}
