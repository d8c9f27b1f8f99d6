import { hash } from 'node:crypto'
import { sep } from 'node:path'
import { versionPattern } from '../version.js'

/** Where the files of one key are. */
export class Place {
  /** SHA-256 of the key, in hex: the name of its file. A key is never part of a path. */
  readonly name: string
  /** The directory of all keys whose name begins alike. */
  readonly shard: string
  /** The session itself. */
  readonly current: string

  /** `directory` is absolute and normal. The name of a shard stands for the whole shard. */
  constructor(directory: string, name: string) {
    this.name = name
    this.shard = `${directory}${sep}${name.slice(0, 2)}`
    this.current = `${this.shard}${sep}${name}`
  }

  /** A record that is complete and waits to become the session. A version names one such file, once. */
  waiting(version: string): string {
    return `${this.current}.${version}.tmp`
  }

  /** The same, set aside by the clean-up because nobody came back for it. */
  aside(version: string): string {
    return `${this.current}.${version}.old`
  }

  /** The claim on a version: a second name of the one record that may follow it. */
  claim(version: string): string {
    return `${this.current}.${version}.next`
  }

  /** Where a directory goes that somebody made in the session's place. Nothing looks there again. */
  foreign(nonce: string): string {
    return `${this.current}.${nonce}.foreign`
  }

  /** Holds the exits of this shard. */
  get exits(): string {
    return `${this.shard}${sep}exits`
  }

  /** The directory, made for one attempt, through which an ended session leaves. */
  exit(nonce: string): string {
    return `${this.exits}${sep}${this.name}.${nonce}`
  }

  /** Where that attempt puts it. */
  left(nonce: string): string {
    return `${this.exit(nonce)}${sep}left`
  }
}

/** Where a key is kept. */
export function placeOfKey(directory: string, key: string): Place {
  return new Place(directory, hash('sha256', key, 'hex'))
}

/** What a file in a shard is, by its name. */
export interface Found {
  name: string
  kind: 'session' | 'tmp' | 'old' | 'next'
  version: string
}

const probeName = /^probe\.[\w.-]+\.[123]$/
const shardName = /^[0-9a-f]{2}$/
// A version, or what stands for one where the file has none that can be read.
const fileName = new RegExp(`^([0-9a-f]{64})(?:\\.(${versionPattern}|x[0-9-]+)\\.(tmp|old|next))?$`)
const exitName = new RegExp(`^([0-9a-f]{64})\\.(${versionPattern})$`)

/** True for the name of a shard. Whatever else is in the session directory is not looked at. */
export function isShard(name: string): boolean {
  return shardName.test(name)
}

/** True for a file of a trial of the disk, by `Ground.prove` or at start. */
export function isProbe(name: string): boolean {
  return probeName.test(name)
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
