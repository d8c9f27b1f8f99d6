const shortestSecret = 8

/**
 * The same failure with nothing in it but its name, its code and what it says: clients hang the whole command on their
 * errors, with the key, the data and, while connecting, the password. Servers and proxies quote arguments too.
 *
 * @param key the Redis key of the command, which is blotted out where the message quotes it
 * @param cause why the connection is down, where that is known and the error itself does not tell
 */
export function withoutSecrets(error: unknown, key: string, cause?: Error): Error {
  const { name, code, message } = describe(error)
  const clean = new Error(masked(message, key), cause && { cause })
  clean.name = name
  if (clean.stack) clean.stack = clean.stack.replace(/^Error(?=[:\n])/, name)
  return code === undefined ? clean : Object.assign(clean, { code })
}

function describe(error: unknown): { name: string; code: string | undefined; message: string } {
  if (!(error instanceof Error))
    return { name: 'Error', code: undefined, message: 'the Redis client failed without an error' }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return { name: nameOf(error), code, message: error.message || firstMessage(error) || code || 'no reason given' }
}

function nameOf(error: Error): string {
  return error.name === 'Error' ? error.constructor.name || 'Error' : error.name
}

// Node answers a refused connection to a name with several addresses by an AggregateError that says nothing itself.
function firstMessage(error: Error): string | undefined {
  const [first] = error instanceof AggregateError ? error.errors : []
  return first instanceof Error ? first.message : undefined
}

function masked(message: string, key: string): string {
  const unquoted = message.replace(/,? with args beginning with.*/s, '')
  return key.length < shortestSecret ? unquoted : unquoted.replaceAll(key, '***')
}
