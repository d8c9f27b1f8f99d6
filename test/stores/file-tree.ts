import { hash } from 'node:crypto'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { freshDirectory } from '../servers/process.js'

/** Everything below a directory, as paths relative to it, sorted. */
export function tree(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort()
}

/** The name of a key's file, which is documented: the SHA-256 of the key. */
export function nameOf(key: string): string {
  return hash('sha256', key, 'hex')
}

export function shardOf(directory: string, key: string): string {
  return join(directory, nameOf(key).slice(0, 2))
}

/** Where a key's session is. */
export function fileOf(directory: string, key: string): string {
  return join(shardOf(directory, key), nameOf(key))
}

/** The tree of a directory that holds these sessions and nothing else: shards, exits that hold nothing, one file each. */
export function treeOfOnly(keys: string[], found: string[]): string[] {
  const shards = found.filter((path) => /^[0-9a-f]{2}$/.test(path))
  const exits = found.filter((path) => /^[0-9a-f]{2}\/exits$/.test(path))
  return [...shards, ...exits, ...keys.map((key) => `${nameOf(key).slice(0, 2)}/${nameOf(key)}`)].sort()
}

/** Keys whose sessions are in one shard. */
export function keysOfOneShard(count: number): string[] {
  const keys: string[] = []
  for (let number = 0; keys.length < count; number++) {
    const key = `key ${number}`
    if (nameOf(key).startsWith('ab')) keys.push(key)
  }
  return keys
}

/** A directory for sessions that is there and private. */
export function privateDirectoryFor(name: string, parent = freshDirectory()): string {
  const directory = join(parent, name)
  mkdirSync(directory, { mode: 0o700 })
  return directory
}
