import type { CallSite } from './call-site.js'
import type { Value } from './value.js'

/** Functions that make bytes or digests, and which argument these are made of; -1: of what `update` gives later. */
const inputs: Readonly<Record<string, number>> = {
  'crypto.createHash': -1,
  'crypto.createHmac': 1,
  'crypto.hash': 1,
  'crypto.scryptSync': 0,
  'crypto.pbkdf2Sync': 0,
  'crypto.hkdfSync': 1,
  'crypto.createSecretKey': 0,
  'crypto-js.MD5': 0,
  'crypto-js.SHA1': 0,
  'crypto-js.SHA256': 0,
  'crypto-js.SHA512': 0,
  'crypto-js.HmacSHA256': 1,
  'crypto-js/md5': 0,
  'crypto-js/sha256': 0,
  'blueimp-md5': 0,
  'js-md5': 0,
  'js-sha1': 0,
  'js-sha256': 0,
  'js-sha512': 0,
  'spark-md5.hash': 0,
  'ts-md5.Md5.hashStr': 0,
  'object-hash': 0,
  'sha.js': -1,
  'Buffer.concat': 0,
  'Buffer.alloc': 1,
  btoa: 0,
  atob: 0,
  md5: 0,
  sha1: 0,
  sha256: 0,
}

/** A digest, a derived key, bytes: made of their input, and the same in every process where that is. */
export function derivingCall(site: CallSite): Value | undefined {
  const { name, origin } = site
  const via = name?.replace(/^node:/, '').replace(/^buffer\./, '') ?? ''
  const index = Object.hasOwn(inputs, via) ? inputs[via] : undefined
  if (index === undefined) return undefined
  const value = site.argument(index)
  const from = value === undefined ? [] : value.kind === 'array' ? value.items : [value]
  return { kind: 'derived', from, via, origin }
}

/** Makes a list of what it is given. */
export function listCall(site: CallSite): Value | undefined {
  const { name, origin } = site
  const makes = name === 'Array.of' || (name === 'Array' && site.args.length > 1)
  if (!makes && name !== 'Object.values') return undefined
  const values = site.all()
  if (makes) return { kind: 'array', items: values, open: false, origin }
  const [object] = values
  if (object?.kind === 'array') return object
  if (object?.kind !== 'object') return undefined
  return { kind: 'array', items: [...object.fields.values()].map(({ value }) => value), open: object.open, origin }
}
