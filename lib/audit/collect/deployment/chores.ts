import { posix } from 'node:path'

/** Scripts by whose names nobody calls a server. */
export function isChore(script: string): boolean {
  const name = posix.basename(script).replace(/\.\w+$/, '')
  return /^(build|bundle|compile|deploy|migrat\w*|seed\w*|init(db|schema|-?database)?|clean|lint|test\w*|gulp|grunt|webpack\w*|generate\w*|esbuild|prebuild|postinstall|install|setup|release|docs?|wait\w*)$|^(build|migrate|seed)[-_.]/i.test(
    name,
  )
}

/** npm scripts that end: build, lint, migrations. */
export function isChoreScript(name: string): boolean {
  return /^(pre|post)?(build|compile|bundle|lint|format|migrate|migration|seed|clean|prepare|install|typecheck|types|generate|codegen|release|docs|stop|delete|kill|logs?|db|deploy|setup|transpile|tsc|dist|pack|package|publish|prune)([:\-_].*|$)|[:\-_](stop|delete|kill|logs?|restart|reload)$/i.test(
    name,
  )
}
