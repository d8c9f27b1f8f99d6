import { expect } from 'chai'
import { storedOf } from '../../lib/core/commit.js'
import { create, exchange } from '../../lib/core/exchange.js'
import type { Store } from '../../lib/core/store.js'
import { memoryStore } from '../../lib/stores/memory.js'
import { newRecord, rules } from '../model/session-rules.js'

describe('exchange()', () => {
  it('keeps nothing of a change that another request has taken back by the time the marker stands', async () => {
    const store = memoryStore()
    const now = rules.now()
    const record = newRecord({ a: 0 }, now, now)
    let known = await create({ store, key: 'old' }, record, rules)
    const base = known
    const others = [{ a: 0, b: 1 }, { a: 0 }]
    const between: Store = {
      ...store,
      async write(key, entry, seen) {
        const fields = key === 'old' && others.shift()
        if (fields) known = await replaced(fields)
        return seen === undefined ? store.write(key, entry) : store.write(key, entry, seen)
      },
    }
    const replaced = async (fields: { a: number; b?: number }) => {
      const { data, expires } = (await store.read('old')) ?? { data: '', expires: 0 }
      await store.write(
        'old',
        { data: data.replace(/"data":.*/, `"data":${JSON.stringify(fields)}}`), expires },
        known.version,
      )
      const entry = await store.read('old')
      return (entry && storedOf(entry)) ?? known
    }
    const next = { ...record, json: '{"a":1}' }
    const outcome = await exchange({ store: between, key: 'old', base }, { store: between, key: 'new' }, next, rules)
    expect(others).to.deep.equal([])
    expect(outcome).to.have.property('stored')
    const entry = await store.read('new')
    expect(entry && storedOf(entry)?.record.json).to.equal('{"a":1}')
  })
})
