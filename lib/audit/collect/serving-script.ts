import type { CodeScope } from './code-scope.js'

/** What takes requests, or starts what does. */
const takesRequests =
  /\.(listen|callback)\b|createServer|createSecureServer|\bserve\s*\(|\bfork\b|spawn|\bexec|NestFactory|startCluster|startServer|\bbootstrap\b/i

/**
 * Whether a script may be the server: it, or a file that it loads, takes requests or starts a process that does.
 * A script that is not here may be; for the output of a build stands what it is made of.
 */
export function mayServe({ modules }: CodeScope, script: string): boolean {
  const source = script.replace(/^(build|dist|lib|out)\/(.*?)(\.[cm]?js)?$/, 'src/$2')
  const file = [script, source]
    .flatMap((path) => ['', '.js', '.ts', '.mjs', '.cjs', '/index.js', '/index.ts'].map((end) => path + end))
    .find((path) => modules.has(path))
  if (file === undefined || !/\.[cm]?[jt]s$/.test(file)) return true
  return [...modules.reachableFrom([file])].some((each) => takesRequests.test(modules.project.text(each) ?? ''))
}
