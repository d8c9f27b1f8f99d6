import { randomBytes, randomInt } from 'node:crypto'
import { expect } from 'chai'
import { keyWeakness } from '../../lib/core/key-strength.js'
import { isPublishedSecret } from '../../lib/core/known-secrets.js'

describe('Key strength', () => {
  it('every random key of 32 characters or more passes, in any usual alphabet, and of 64 in decimal', () => {
    const alphabets: (() => string)[] = [
      () => randomBytes(32).toString('base64url'),
      () => randomBytes(32).toString('hex'),
      () => randomBytes(16).toString('hex'),
      () => Array.from({ length: 64 }, () => randomInt(10)).join(''),
    ]
    for (const make of alphabets)
      for (let round = 0; round < 500; round += 1) expect(keyWeakness(make())).to.equal(undefined)
  })

  const weak: [string, RegExp][] = [
    ['', /0 bytes/],
    ['secret', /publicly known/],
    ['Keyboard Cat', /publicly known/],
    ['<put a long random key here, at least 32 bytes>', /publicly known/],
    ['Xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', /publicly known/],
    ['q8Zk1wTzF0s6nYbVx3uLr9eHc2aJd5m', /31 bytes/],
    ['a'.repeat(64), /too regular/],
    ['abcabcabcabcabcabcabcabcabcabcabcabc', /too regular/],
    ['q8Zk1wTzF0s6nYbVq8Zk1wTzF0s6nYbV', /too regular/],
    ['0123456789abcdefghijklmnopqrstuvwxyz', /too regular/],
    ['ZYXWVUTSRQPONMLKJIHGFEDCBA987654321', /too regular/],
    ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaabcdefgh1', /too regular/],
  ]
  for (const [key, reason] of weak)
    it(`refuses ${JSON.stringify(key)}`, () => {
      expect(keyWeakness(key)).to.match(reason)
    })

  it('length is counted in bytes', () => {
    expect(keyWeakness('äqöwüeßrétèzêuçiñoµp¶a§s')).to.equal(undefined)
  })

  it('knows the samples whatever their case and punctuation', () => {
    for (const key of ['IM A NEWER SECRET', 'im-a_newer secret', 'i like turtle', 'CHANGE_ME', 'your-secret-key'])
      expect(isPublishedSecret(key), key).to.equal(true)
    expect(isPublishedSecret('Zk8wq1TzF0s6nYbVx3uLr9eHc2aJd5mPg7KoQi4tNfE')).to.equal(false)
  })
})
