import { crc32 } from 'node:zlib'
import { versionLength, versionPattern } from '../version.js'

/** The first line of a file. */
export interface Head {
  version: string
  /** True for the mark that a session has ended, which stands in its place until it is taken away. */
  ended: boolean
  /** Bytes of data. */
  length: number
  checksum: string
  /** Where the data begins. */
  start: number
}

/** Enough bytes for any first line. */
export const headLength = 64 + versionLength

const format = 'koa-shared-session/1'
const head = new RegExp(`^${format} (session|ended) (${versionPattern}) (\\d{1,10}) ([0-9a-f]{8})\\n`)

/** The bytes of a session's file. */
export function encodeSession(version: string, data: string): Buffer {
  return encode('session', version, Buffer.from(data))
}

/** The bytes of the mark that ends a session. */
export function encodeEnded(version: string): Buffer {
  return encode('ended', version, Buffer.alloc(0))
}

/** Undefined where the bytes do not begin like a file of ours. */
export function decodeHead(bytes: Buffer): Head | undefined {
  const match = head.exec(bytes.toString('latin1', 0, headLength))
  if (!match) return undefined
  const [line, kind, version = '', length, checksum = ''] = match
  return { version, ended: kind === 'ended', length: Number(length), checksum, start: line.length }
}

/** The data that follows a head; undefined where it is torn, truncated, padded or changed. */
export function decodeData(bytes: Buffer, { version, length, checksum, start }: Head): string | undefined {
  const data = bytes.subarray(start)
  if (data.length !== length || checksumOf(version, data) !== checksum) return undefined
  return data.toString('utf8')
}

function encode(kind: 'session' | 'ended', version: string, data: Buffer): Buffer {
  const line = `${format} ${kind} ${version} ${data.length} ${checksumOf(version, data)}\n`
  return Buffer.concat([Buffer.from(line, 'latin1'), data])
}

// Lengths alone miss the blocks of zeros that a power cut can leave.
function checksumOf(version: string, data: Buffer): string {
  return crc32(data, crc32(version)).toString(16).padStart(8, '0')
}
