import { posix } from 'node:path'
import type { RedisServerFact } from '../../facts/redis.js'
import type { Piece, Reading } from './reading.js'

/** redis.conf and valkey.conf. */
export function readRedisFiles(reading: Reading): Piece {
  const files = reading.files.filter((file) => /^(redis|valkey)[\w.-]*\.conf$/i.test(posix.basename(file)))
  return { redisServers: files.map((file) => serverOf(reading, file)) }
}

function serverOf(reading: Reading, file: string): RedisServerFact {
  const settings = [...(reading.text(file) ?? '').matchAll(/^[ \t]*([a-z][\w-]*)[ \t]+(\S[^\n]*?)[ \t\r]*$/gim)].map(
    (match) => {
      const [whole, name = '', value = ''] = match
      const start = match.index + whole.lastIndexOf(value)
      return { name: name.toLowerCase(), value, place: reading.place(file, { start, end: start + value.length }) }
    },
  )
  const find = (name: string) => settings.findLast((setting) => setting.name === name)
  const policy = find('maxmemory-policy')
  const [save, append] = [find('save'), find('appendonly')]
  return {
    name: posix.basename(file),
    place: reading.start(file),
    published: undefined,
    password: find('requirepass') || find('aclfile') || find('user') ? true : undefined,
    policy: policy && { value: policy.value, place: policy.place },
    persistent: append?.value === 'yes' ? true : save?.value === '""' ? false : save ? true : undefined,
  }
}
