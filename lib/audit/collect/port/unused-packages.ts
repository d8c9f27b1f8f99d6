import type { Edit } from '../../edit.js'
import { isSourceFile } from '../../project/source-file.js'
import type { Module } from '../../source/modules.js'
import { isBelow } from '../apps.js'
import type { CodeScope } from '../code-scope.js'
import { sessionLibrary, storeKindOf } from '../libraries.js'
import { removalEdits } from './manifest.js'

/** Takes session libraries and stores out of package.json that a file loaded, and that nothing loads any more. */
export function unusedPackageEdits(scope: CodeScope, module: Module, unloaded: readonly string[]): readonly Edit[] {
  const { manifest } = scope
  if (manifest === undefined) return []
  const names = [...new Set(unloaded)].filter(isOfSessions).filter((name) => {
    const before = loads(module.text, name)
    return before <= unloaded.filter((each) => each === name).length && !isLoadedElsewhere(scope, module, name)
  })
  return removalEdits(manifest, names)
}

const isOfSessions = (name: string) =>
  sessionLibrary(name) !== undefined || storeKindOf(name) !== undefined || /^(koa-convert|keygrip)$/.test(name)

function isLoadedElsewhere({ modules, dir }: CodeScope, module: Module, name: string): boolean {
  const files = modules.project.files.filter((file) => isSourceFile(file) && isBelow(file, dir) && file !== module.file)
  return files.some((file) => loads(modules.project.text(file) ?? '', name) > 0)
}

/** How often a text loads the package, or a file of it. */
function loads(text: string, name: string): number {
  const escaped = name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
  return (
    text.match(
      new RegExp(
        `(?:\\bfrom|\\bimport\\s*\\(?|\\brequire\\s*(?:\\.resolve)?\\s*\\(|\\bmock\\s*\\()\\s*(['"\`])${escaped}(?:/[^'"\`]*)?\\1`,
        'g',
      ),
    )?.length ?? 0
  )
}
