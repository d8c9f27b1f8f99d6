import type { CodeScope } from './code-scope.js'

/** What takes requests, or starts what does. */
const takesRequests =
  /\.(listen|callback)\b|createServer|createSecureServer|\bserve\s*\(|\bfork\b|spawn|\bexec|NestFactory|startCluster|startServer|\bbootstrap\b/i

/**
 * Whether a script may be the server: it, or a file that it loads, takes requests or starts a process that does.
 * A script that is not here, as the output of a build, may be.
 */
export function mayServe({ modules }: CodeScope, script: string): boolean {
  const file = ['', '.js', '.ts', '.mjs', '.cjs', '/index.js']
    .map((end) => script + end)
    .find((path) => modules.has(path))
  if (file === undefined || !/\.[cm]?[jt]s$/.test(file)) return true
  return [...modules.reachableFrom([file])].some((each) => takesRequests.test(modules.project.text(each) ?? ''))
}
