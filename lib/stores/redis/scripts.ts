import { createHash } from 'node:crypto'
import { headerLength } from './record.js'

/** A Lua script and the name Redis keeps it under. */
export interface Script {
  readonly lua: string
  readonly sha: string
}

// The header alone is fetched into Lua: the data of the stored entry never is. A key of another type is nobody's session.
const readHeader = `
local header = redis.pcall('GETRANGE', KEYS[1], 0, ${headerLength - 1})
if type(header) == 'table' then
  if not string.find(header.err, 'WRONGTYPE', 1, true) then return header end
  header = ''
end
local expires, version = string.match(header, '^(${'%d'.repeat(13)})(${'[%w_-]'.repeat(16)}%.${'[%d%l]'.repeat(8)})$')
local live = expires and tonumber(expires) > tonumber(ARGV[1])
`

/**
 * Compare-and-set. KEYS: the session. ARGV: the caller's clock, the new value, the version seen (left out to create).
 * A value whose deadline has passed removes the key, so that a server without room for more can end sessions.
 * Answers 1 when written, 0 when nothing is there to replace, else the live value that is there. A command that is
 * repeated because its reply was lost finds its own version, and was written.
 */
export const writeScript: Script = script(`${readHeader}
local deadline, ours = string.match(ARGV[2], '^(${'%d'.repeat(13)})(${'.'.repeat(25)})')
if version == ours then return 1 end
if live and version ~= ARGV[3] then return redis.call('GET', KEYS[1]) end
if not live and ARGV[3] then return 0 end
if tonumber(deadline) <= tonumber(ARGV[1]) then
  redis.call('UNLINK', KEYS[1])
  return 1
end
redis.call('SET', KEYS[1], ARGV[2])
redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', tonumber(deadline)))
return 1
`)

/**
 * Moves the deadline. KEYS: the session. ARGV: the caller's clock, the new deadline in 13 digits, the version seen.
 * Answers 1 when moved, else 0. The data is neither read nor written.
 */
export const touchScript: Script = script(`${readHeader}
if not live or version ~= ARGV[3] then return 0 end
redis.call('SETRANGE', KEYS[1], 0, ARGV[2])
redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', tonumber(ARGV[2])))
return 1
`)

function script(lua: string): Script {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') }
}
