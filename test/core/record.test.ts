import { expect } from 'chai'
import { parseData } from '../../lib/core/data.js'
import { deadline, ended, touchDue } from '../../lib/core/lifetime.js'
import { decodeRecord, encodeRecord, type SessionRecord } from '../../lib/core/record.js'

const plain: SessionRecord = {
  created: 1000,
  saved: 2000,
  life: 60_000,
  ownLife: false,
  successor: undefined,
  json: '{"a":"}}"}',
}

describe('The stored record', () => {
  for (const record of [
    plain,
    { ...plain, ownLife: true },
    { ...plain, successor: 'a_Key-1' },
    { ...plain, ownLife: true, successor: 'a_Key-1', json: '{}' },
  ])
    it(`comes back as it was: ${encodeRecord(record)}`, () => {
      expect(decodeRecord(encodeRecord(record))).to.deep.equal(record)
      expect(JSON.parse(encodeRecord(record)))
        .to.have.property('data')
        .that.deep.equals(JSON.parse(record.json))
    })

  it('is not read when it is torn anywhere', () => {
    const text = encodeRecord(plain)
    for (let length = 0; length < text.length; length += 1) {
      const record = decodeRecord(text.slice(0, length))
      expect(record && parseData(record.json), `${length} characters`).to.equal(undefined)
    }
  })
})

describe('Lifetime', () => {
  const policy = { lifetime: 60_000, absoluteLifetime: 600_000, rolling: true }

  it('ends at the idle or the absolute deadline, not a millisecond before', () => {
    const expires = deadline(plain, policy, plain.saved)
    expect(expires).to.equal(62_000)
    expect(ended(plain, expires, policy, 61_999)).to.equal(undefined)
    expect(ended(plain, expires, policy, 62_000)).to.equal('idle')
    expect(ended({ ...plain, saved: 600_000 }, 700_000, policy, 601_000)).to.equal('absolute')
  })

  it('counts a moved deadline as activity under a shorter policy', () => {
    const shorter = { ...policy, lifetime: 10_000 }
    expect(ended(plain, 62_000, shorter, 11_999)).to.equal(undefined)
    expect(ended(plain, 62_000, shorter, 12_000)).to.equal('idle')
    expect(ended(plain, 92_000, shorter, 41_999), 'touched at 32 000').to.equal(undefined)
    expect(ended(plain, 92_000, shorter, 42_000)).to.equal('idle')
  })

  it('moves the deadline when a tenth of a short life has passed, and never past the absolute one', () => {
    expect(touchDue(plain, 62_000, policy, 7_999)).to.equal(undefined)
    expect(touchDue(plain, 62_000, policy, 8_000)).to.equal(68_000)
    expect(touchDue({ ...plain, saved: 590_000 }, 601_000, policy, 600_000)).to.equal(undefined)
    expect(touchDue(plain, 62_000, { ...policy, rolling: false }, 60_000)).to.equal(undefined)
  })
})
