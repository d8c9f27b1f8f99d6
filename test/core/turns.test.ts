import { expect } from 'chai'
import { storedOf } from '../../lib/core/commit.js'
import { create } from '../../lib/core/exchange.js'
import { Turns } from '../../lib/core/turns.js'
import { memoryStore } from '../../lib/stores/memory.js'
import { newRecord, rules } from '../model/session-rules.js'

/** More promises than a commit in memory takes to be told, and its line to end. */
const most = 40

describe('Turns', () => {
  for (let ticks = 0; ticks < most; ticks += 1)
    it(`a change that comes ${ticks} promises after the one before it is stored, too`, async () => {
      const [turns, store] = [new Turns((committing) => committing), memoryStore()]
      await create({ store, key: 'key' }, newRecord({ a: 0 }, rules.now(), rules.now()), rules)
      const base = storedOf((await store.read('key')) ?? { data: '', version: '', expires: 0 })
      if (!base) throw new Error('nothing is stored')
      const commit = (json: string) => turns.commit(store, { key: 'key', base, json, life: undefined }, rules)
      const first = commit('{"a":1}')
      for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve()
      const second = commit('{"a":0,"b":2}')
      await first
      const unanswered = new Promise((resolve) => setTimeout(resolve, 1000, 'no answer'))
      expect(await Promise.race([second, unanswered])).to.have.property('stored')
    })
})
