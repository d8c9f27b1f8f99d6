import { Redis, type RedisOptions } from 'ioredis'
import { SessionError } from '../../core/errors.js'
import { withoutSecrets } from './failure.js'

const longestBackOff = 1_000
const connectLimit = 1_000
const closeLimit = 500
const leastReplyLimit = 5_000
const readOnlyPause = 5_000

/** A client of our own. */
export interface OwnConnection {
  client: Redis
  close(): void
  /** What the connection failed with last, free of secrets, while it is down. */
  downReason(): Error | undefined
  /** Resolves when the connection is there again, while it is being made anew because the server takes no writes. */
  renewal(): Promise<void> | undefined
}

/**
 * Opens an ioredis client that connects at its first command, fails commands rather than keep them while the server
 * is away, never sends one twice, and tries to come back for ever. What the options say themselves goes first.
 *
 * @param patience ms that a command may take, where that is more than 5000
 */
export function openConnection(options: RedisOptions, patience = 0): OwnConnection {
  let renewal: Promise<void> | undefined
  const renewOnce = oncePerPause(/\bREADONLY\b/)
  const renew = (error: Error) => {
    if (!renewOnce(error)) return false
    renewal = readyAgain(client).finally(() => {
      renewal = undefined
    })
    return true
  }
  const client = clientOf({
    ...defaults(options, Math.max(leastReplyLimit, patience)),
    reconnectOnError: renew,
    ...options,
  })
  let reason: Error | undefined
  client.on('error', (error: unknown) => {
    reason = withoutSecrets(error, '')
    // ioredis goes on with database 0 when SELECT is refused, where these sessions do not belong.
    if (isRefusedSelect(error)) client.disconnect(true)
  })
  client.on('ready', () => {
    if (client.stream.writable) reason = undefined
  })
  return { client, close: () => client.disconnect(), downReason: () => reason, renewal: () => renewal }
}

async function readyAgain(client: Redis): Promise<void> {
  await new Promise<void>((resolve) => {
    client.once('ready', resolve)
    setTimeout(resolve, connectLimit).unref()
  })
}

function clientOf(options: RedisOptions): Redis {
  try {
    return new Redis({ ...options, replyMapping: 'legacy' })
  } catch (error) {
    throw new SessionError(
      'SESSION_OPTION_INVALID',
      `ioredis refuses the Redis options: ${withoutSecrets(error, '').message} Sessions have nowhere to go until they are corrected.`,
    )
  }
}

function defaults({ sentinels }: RedisOptions, replyLimit: number): RedisOptions {
  return {
    lazyConnect: true,
    connectTimeout: connectLimit,
    retryStrategy: backOff,
    sentinelRetryStrategy: backOff,
    // None: every lost connection fails what waits for it, so that nothing is sent twice or kept for later.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    disconnectTimeout: closeLimit,
    // Ends the wait on a peer that vanished without a word, which TCP alone notices after a quarter of an hour.
    socketTimeout: replyLimit,
    commandTimeout: replyLimit,
    // ioredis asks INFO for the role behind Sentinel. Elsewhere a server that is loading says so itself.
    enableReadyCheck: Boolean(sentinels),
    disableClientInfo: true,
  }
}

function isRefusedSelect(error: unknown): boolean {
  const command: unknown = error instanceof Error && 'command' in error ? error.command : undefined
  return typeof command === 'object' && command !== null && 'name' in command && command.name === 'select'
}

function backOff(attempt: number): number {
  return Math.min(25 * 2 ** Math.min(attempt, 10), longestBackOff)
}

// After a fail-over behind one name, the old server answers READONLY and the name leads elsewhere. A server that is
// read-only on purpose must go on answering reads, so the connection is not given up at every refusal.
function oncePerPause(sign: RegExp): (error: Error) => boolean {
  let last = Number.NEGATIVE_INFINITY
  return ({ message }) => {
    const now = performance.now()
    if (!sign.test(message) || now - last < readOnlyPause) return false
    last = now
    return true
  }
}
