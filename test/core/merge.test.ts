import { expect } from 'chai'
import { laterWriter, merge } from '../../lib/core/merge.js'

type Json = Parameters<typeof merge>[0]

const rows: { name: string; base: Json; ours: Json; theirs: Json; merged: Json }[] = [
  { name: 'different fields', base: {}, ours: { a: 1 }, theirs: { b: 2 }, merged: { a: 1, b: 2 } },
  {
    name: 'nested fields',
    base: { c: { x: 0 } },
    ours: { c: { x: 1 } },
    theirs: { c: { x: 0, y: 2 } },
    merged: { c: { x: 1, y: 2 } },
  },
  {
    name: 'objects that both added',
    base: {},
    ours: { c: { x: 1 } },
    theirs: { c: { y: 2 } },
    merged: { c: { x: 1, y: 2 } },
  },
  {
    name: 'our deletion, their change elsewhere',
    base: { a: 1, b: 1 },
    ours: { b: 1 },
    theirs: { a: 1, b: 2 },
    merged: { b: 2 },
  },
  {
    name: 'their deletion, our change elsewhere',
    base: { a: 1, b: 1 },
    ours: { a: 1, b: 2 },
    theirs: { b: 1 },
    merged: { b: 2 },
  },
  {
    name: 'a nested deletion',
    base: { c: { x: 1, y: 1 } },
    ours: { c: { y: 1 } },
    theirs: { c: { x: 1, y: 2 } },
    merged: { c: { y: 2 } },
  },
  { name: 'lists as wholes', base: { l: [1] }, ours: { l: [1, 2] }, theirs: { l: [1, 3] }, merged: { l: [1, 2] } },
  {
    name: 'their list, ours unchanged',
    base: { l: [1] },
    ours: { l: [1] },
    theirs: { l: [1, 3] },
    merged: { l: [1, 3] },
  },
  { name: 'one scalar, changed by both', base: { a: 1 }, ours: { a: 2 }, theirs: { a: 3 }, merged: { a: 2 } },
  { name: 'the same change by both', base: { a: 1 }, ours: { a: 2 }, theirs: { a: 2 }, merged: { a: 2 } },
  { name: 'deleted here, changed there', base: { a: 1 }, ours: {}, theirs: { a: 3 }, merged: {} },
  { name: 'changed here, deleted there', base: { a: 1 }, ours: { a: 2 }, theirs: {}, merged: { a: 2 } },
  {
    name: 'an object here, a scalar there',
    base: { a: 1 },
    ours: { a: { x: 1 } },
    theirs: { a: 3 },
    merged: { a: { x: 1 } },
  },
  { name: 'null is a value', base: { a: 1 }, ours: { a: null }, theirs: { a: 1, b: 1 }, merged: { a: null, b: 1 } },
  {
    name: 'a date is a text, not an object',
    base: { d: '2026' },
    ours: { d: '2026' },
    theirs: { d: '2027' },
    merged: { d: '2027' },
  },
]

describe('Three-way merge', () => {
  for (const { name, base, ours, theirs, merged } of rows)
    it(name, () => {
      const before = JSON.stringify([base, ours, theirs])
      expect(merge(base, ours, theirs, laterWriter)).to.deep.equal(merged)
      expect(JSON.stringify([base, ours, theirs]), 'changes nothing it was given').to.equal(before)
    })

  it('asks resolve() only for what both changed, at the deepest object', () => {
    const asked: string[] = []
    const merged = merge(
      { c: { x: 0, y: 0 } },
      { c: { x: 1, y: 1 } },
      { c: { x: 2, y: 0 }, d: 1 },
      ({ path, ours, theirs }) => {
        asked.push(path.join('.'))
        return [ours ?? null, theirs ?? null]
      },
    )
    expect(asked).to.deep.equal(['c.x'])
    expect(merged).to.deep.equal({ c: { x: [1, 2], y: 1 }, d: 1 })
  })

  it('resolve() may delete', () => {
    expect(merge({ a: 1 }, { a: 2 }, { a: 3 }, () => undefined)).to.deep.equal({})
  })
})
