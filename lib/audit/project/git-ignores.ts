import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import ignore, { type Ignore } from 'ignore'

/** The .gitignore files from the top of the checkout down to the directory's own and those below it. */
export class GitIgnores {
  readonly #root: string
  readonly #top: string
  readonly #byFolder = new Map<string, Ignore | undefined>()
  readonly #known = new Map<string, boolean>()

  constructor(root: string) {
    this.#root = root
    this.#top = topOfCheckout(root) ?? root
  }

  /** Whether git leaves the path out, which is relative to the directory, POSIX; a folder ends in `/`. */
  ignores(path: string): boolean {
    const known = this.#known.get(path)
    if (known !== undefined) return known
    const answer = this.#decide(path)
    this.#known.set(path, answer)
    return answer
  }

  #decide(path: string): boolean {
    const whole =
      relative(this.#top, join(this.#root, ...path.split('/')))
        .split(sep)
        .join('/') + (path.endsWith('/') ? '/' : '')
    const parts = whole.split('/')
    let ignored = false
    for (let depth = 0; depth < parts.length; depth++) {
      const rules = this.#rulesOf(parts.slice(0, depth).join('/'))
      const rest = parts.slice(depth).join('/')
      if (rules === undefined || rest === '' || rest === '/') continue
      const { ignored: yes, unignored } = rules.test(rest)
      if (yes) ignored = true
      if (unignored) ignored = false
    }
    return ignored
  }

  #rulesOf(folder: string): Ignore | undefined {
    if (!this.#byFolder.has(folder)) this.#byFolder.set(folder, readRules(join(this.#top, folder, '.gitignore')))
    return this.#byFolder.get(folder)
  }
}

function readRules(file: string): Ignore | undefined {
  try {
    if (!statSync(file).isFile()) return undefined
    return (ignore as unknown as () => Ignore)().add(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/** The directory with `.git` that the folder is in, or is. */
export function topOfCheckout(folder: string): string | undefined {
  if (existsSync(join(folder, '.git'))) return folder
  const above = dirname(folder)
  return above === folder ? undefined : topOfCheckout(above)
}
