import type { Store } from '../core/store.js'
import { type Case, withHandles } from './contract/case.js'
import { concurrencyCases } from './contract/concurrency.js'
import { deadlineCases } from './contract/deadline.js'
import { handleCases } from './contract/handle.js'
import { keyCases } from './contract/key.js'
import { removeCases } from './contract/remove.js'
import { sharingCases } from './contract/sharing.js'
import { touchCases } from './contract/touch.js'
import { versionCases } from './contract/version.js'
import { writeCases } from './contract/write.js'

/** What the suite needs of a test runner: mocha's, `node:test`'s and vitest's functions all fit. */
export interface ContractRunner {
  describe(title: string, body: () => void): unknown
  it(title: string, body: () => Promise<void>): unknown
}

/** The store to prove. */
export interface ContractSubject {
  /** Stands in the suite's title. */
  name: string
  /** Opens a handle on the data. Called again within one test, it opens another handle on the same data. Each is closed by the suite. */
  create(): Store | Promise<Store>
  /** False for a store that keeps its data in the handle itself, so that two handles never meet. Default: true. */
  shared?: boolean
}

/**
 * Declares the tests that prove a store, one per promise of the `Store` contract. Keys are random, apart from a few
 * whose shape is the point; those are removed again.
 *
 * ```ts
 * import { describe, it } from 'node:test'
 * storeContract({ describe, it }, { name: 'my store', create: () => myStore() })
 * ```
 */
export function storeContract(
  { describe, it }: ContractRunner,
  { name, create, shared = true }: ContractSubject,
): void {
  const declare = (title: string, cases: Case[]) =>
    describe(title, () => {
      for (const { promise, prove } of cases) it(promise, () => withHandles({ create, shared }, prove))
    })

  describe(`${name} keeps the store contract`, () => {
    declare('write and read', writeCases)
    declare('versions', versionCases)
    declare('remove', removeCases)
    declare('touch', touchCases)
    declare('deadlines', deadlineCases)
    declare('keys', keyCases)
    declare('concurrency', concurrencyCases)
    declare('check, close and prune', handleCases)
    if (shared) declare('two handles on the same data', sharingCases)
  })
}
