import type { Writable } from 'node:stream'

/**
 * Makes what is sent to a client's server leave together at the end of the event loop's turn: one system call for all
 * requests of that turn, where each would cost one. The answer is to be called before each command.
 */
export function sendTogether(client: { readonly stream?: Writable }): () => void {
  let held: Writable | undefined
  const release = () => {
    held?.uncork()
    held = undefined
  }
  return () => {
    if (held || !client.stream) return
    held = client.stream
    held.cork()
    setImmediate(release)
  }
}
