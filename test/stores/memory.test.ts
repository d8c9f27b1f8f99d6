import { expect } from 'chai'
import { storeContract } from 'koa-shared-session/store-contract'
import { memoryStore } from '../../lib/stores/memory.js'

storeContract({ describe, it }, { name: 'memoryStore', create: memoryStore, shared: false })

describe('memoryStore', () => {
  const realNow = Date.now
  afterEach(() => {
    Date.now = realNow
  })

  const setClock = (now: number) => {
    Date.now = () => now
  }

  it('says its kind', () => expect(memoryStore().kind).to.equal('memory'))

  it('reads the time through Date', async () => {
    const store = memoryStore()
    setClock(1_000)
    await store.write('key', { data: 'data', expires: 2_000 })
    setClock(1_999)
    expect(await store.read('key')).to.include({ data: 'data' })
    setClock(2_000)
    expect(await store.read('key')).to.equal(undefined)
  })

  it('does not grow for ever: expired entries that nobody asks for again end as others come', async () => {
    const store = memoryStore()
    setClock(0)
    let mostLeft = 0
    for (let n = 0; n < 10_000; n++) {
      setClock(n)
      await store.write(`key ${n}`, { data: 'data', expires: n + 10 })
      if (n % 1_500 === 1_499) mostLeft = Math.max(mostLeft, (await store.prune?.()) ?? 0)
    }
    expect(mostLeft).to.be.greaterThan(0)
    expect(mostLeft).to.be.at.most(1_000)
  })

  it('never ends a live entry to make room', async () => {
    const store = memoryStore()
    setClock(0)
    for (let n = 0; n < 5_000; n++) await store.write(`key ${n}`, { data: String(n), expires: 10 })
    for (let n = 0; n < 5_000; n++) expect((await store.read(`key ${n}`))?.data).to.equal(String(n))
  })
})
