import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { versionPattern } from '../version.js'

/** Where the files of one key are. */
export interface Place {
  /** SHA-256 of the key, in hex: the name of its file. A key is never part of a path. */
  name: string
  /** The directory of all keys whose name begins alike. */
  shard: string
  /** The session itself. */
  current: string
  /** A record that is complete and waits to become the session. A version names one such file, once. */
  waiting(version: string): string
  /** The same, set aside by the clean-up because nobody came back for it. */
  aside(version: string): string
  /** The claim on a version: a second name of the one record that may follow it. */
  claim(version: string): string
  /** Holds the exits of this shard. */
  exits: string
  /** The directory, made for one attempt, through which an ended session leaves. */
  exit(nonce: string): string
  /** Where that attempt puts it. */
  left(nonce: string): string
}

/** Where a key is kept. */
export function placeOfKey(directory: string, key: string): Place {
  return placeOfName(directory, createHash('sha256').update(key).digest('hex'))
}

/** Where the files of this name are. */
export function placeOfName(directory: string, name: string): Place {
  const shard = join(directory, name.slice(0, 2))
  const current = join(shard, name)
  const exits = join(shard, exitsName)
  const exit = (nonce: string) => join(exits, `${name}.${nonce}`)
  return {
    name,
    shard,
    current,
    waiting: (version) => `${current}.${version}.tmp`,
    aside: (version) => `${current}.${version}.old`,
    claim: (version) => `${current}.${version}.next`,
    exits,
    exit,
    left: (nonce) => join(exit(nonce), 'left'),
  }
}

/** What a file in a shard is, by its name. */
export interface Found {
  name: string
  kind: 'session' | 'tmp' | 'old' | 'next'
  version: string
}

const exitsName = 'exits'
const shardName = /^[0-9a-f]{2}$/
// A version, or what stands for one where the file has none that can be read.
const fileName = new RegExp(`^([0-9a-f]{64})(?:\\.(${versionPattern}|x[0-9-]+)\\.(tmp|old|next))?$`)
const exitName = new RegExp(`^([0-9a-f]{64})\\.(${versionPattern})$`)

/** True for the name of a shard. Whatever else is in the session directory is not looked at. */
export function isShard(name: string): boolean {
  return shardName.test(name)
}

/** Undefined for a file that the store did not make. */
export function recognise(file: string): Found | undefined {
  const [, name, version = '', kind = 'session'] = fileName.exec(file) ?? []
  return name === undefined ? undefined : { name, version, kind: kind as Found['kind'] }
}

/** Which key's exit this is, and of which attempt. */
export function recogniseExit(directory: string): { name: string; nonce: string } | undefined {
  const [, name, nonce] = exitName.exec(directory) ?? []
  return name === undefined || nonce === undefined ? undefined : { name, nonce }
}
