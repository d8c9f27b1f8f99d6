import { type Tree, textAt } from '../../files/tree.js'

/** One object of a manifest. */
export interface Manifest {
  readonly file: string
  readonly tree: Tree
  readonly kind: string
  readonly name: string
  /** The claims of volumes that many machines may write to. */
  readonly sharedClaims: ReadonlySet<string>
}

/** Cloud Run and Knative call their workload a Service, too. */
export function isKnative({ tree }: Manifest): boolean {
  return /knative\.dev/.test(textAt(tree, 'apiVersion') ?? '')
}
