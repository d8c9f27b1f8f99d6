import type { RedisOptions } from 'ioredis'
import { optionsOfAddress } from './address.js'
import { openConnection } from './connection.js'
import { withoutSecrets } from './failure.js'

/** A connection that answers questions about its server, and gives up soon. */
export interface RedisQuestions {
  /** @throws Error what the server or the connection says, without secrets */
  ask(command: string, ...words: string[]): Promise<unknown>
  close(): void
}

/**
 * Options that try one connection, and wait `limit` ms for it and for each answer.
 *
 * @throws SessionError SESSION_OPTION_INVALID for something that is no address
 */
export function impatientOptions(address: string, limit: number): RedisOptions {
  return {
    ...optionsOfAddress(address),
    connectTimeout: limit,
    commandTimeout: limit,
    socketTimeout: limit,
    retryStrategy: () => null,
  }
}

/** @throws SessionError SESSION_OPTION_INVALID for something that is no address */
export function questionRedis(address: string, limit: number): RedisQuestions {
  const { client, close, downReason } = openConnection(impatientOptions(address, limit))
  return {
    async ask(command, ...words) {
      try {
        return await client.call(command, ...words)
      } catch (error) {
        throw withoutSecrets(downReason() ?? error, '')
      }
    },
    close,
  }
}
