import { posix } from 'node:path'
import type { Project } from '../project/project.js'

/** The names of the packages that the app, and the directory around it, depend on. */
export function packagesOf(project: Project, dir: string): Set<string> {
  const texts = [posix.join(dir, 'package.json'), 'package.json'].map((file) => project.text(file) ?? '')
  return new Set(
    texts.flatMap((text) =>
      [
        ...text.matchAll(
          /"((?:@[\w.-]+\/)?[\w.-]+)"\s*:\s*"[^"]*\d|"([\w.-]+)"\s*:\s*"(?:latest|\*|next|workspace|catalog|file|git|github)/g,
        ),
      ].map((match) => match[1] ?? match[2] ?? ''),
    ),
  )
}

/** A prefix of module names that stands for a folder. */
export interface Alias {
  readonly prefix: string
  readonly target: string
  /** Nothing here says so: it is what people do. A package of the same name comes first. */
  readonly isGuess?: boolean
}

/** Where `@config` and `~config/x` lead by custom: the marks stand for a folder of source. */
const marks = ['@/', '~/', '@', '~', '#', '$']
const roots = ['src', '', 'server', 'app', 'lib']

/** `paths` of tsconfig.json or jsconfig.json, `imports` and module-alias of package.json, and what is meant by custom. */
export function aliasesOf(project: Project, dir: string): Alias[] {
  const found: Alias[] = []
  for (const name of ['tsconfig.json', 'jsconfig.json', 'package.json']) {
    const text = project.text(posix.join(dir, name))
    if (text === undefined) continue
    const base = posix.join(dir, /"baseUrl"\s*:\s*"([^"]*)"/.exec(text)?.[1] ?? '.')
    for (const match of text.matchAll(/"([@~#][\w@/~-]*?)\/?\*?"\s*:\s*\[?\s*"(\.{0,2}\/?[\w./-]*?)\/?\*?"/g)) {
      const [prefix, target] = [match[1] ?? '', match[2] ?? '']
      if (name !== 'package.json' || target.startsWith('.') || /_moduleAliases/.test(text))
        found.push({ prefix: `${prefix}/`, target: posix.join(base, target) })
    }
    if (name === 'tsconfig.json' && /"baseUrl"/.test(text)) found.push({ prefix: '', target: base })
  }
  const whole = found.map(({ prefix, target }) => ({ prefix: prefix.replace(/\/$/, ''), target }))
  const custom = roots.flatMap((root) =>
    marks.map((prefix) => ({ prefix, target: posix.join(dir, root), isGuess: true })),
  )
  return [...found, ...whole.filter(({ prefix }) => prefix !== ''), ...custom]
}
