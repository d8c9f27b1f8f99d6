import type { Environment } from './options.js'

/** What a process shows of itself. */
export interface ProcessTraits {
  env: Environment
  argv: readonly string[]
  execArgv: readonly string[]
  /** The names of global functions that are there. */
  hasGlobal: (name: string) => boolean
}

/** How we know that a test runner runs this process ("mocha is running"), or undefined. */
export function detectTestRunner({ env, argv, execArgv, hasGlobal }: ProcessTraits): string | undefined {
  if (env.VITEST) return 'vitest is running'
  if (env.JEST_WORKER_ID) return 'jest is running'
  if (env.NODE_TEST_CONTEXT || execArgv.includes('--test')) return 'node:test is running'
  const startedByMocha = /[\\/]_?mocha(\.[cm]?js)?$/.test(argv[1] ?? '')
  if (startedByMocha || (hasGlobal('describe') && hasGlobal('it') && hasGlobal('specify'))) return 'mocha is running'
  if (env.NODE_ENV === 'test') return 'NODE_ENV is test'
  return undefined
}
