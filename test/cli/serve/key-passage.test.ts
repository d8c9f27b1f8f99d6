import { expect } from 'chai'
import { keyStep } from '../../../lib/cli/serve/key-passage.js'

describe('The way to a new secret key', () => {
  for (const [what, known, wanted, keys, another] of [
    ['makes it known first', ['a'], ['b', 'a'], ['a', 'b'], true],
    ['then signs with it', ['a', 'b'], ['b', 'a'], ['b', 'a'], false],
    ['keeps older ones known', ['b', 'a'], ['c', 'b', 'a'], ['b', 'c', 'a'], true],
    ['is direct where the key before is not to be known any more', ['a'], ['b'], ['b'], false],
    ['is none where nothing changed', ['a', 'b'], ['a', 'b'], ['a', 'b'], false],
    ['is direct at the start', [], ['a'], ['a'], false],
    ['is direct where the app has keys of its own', [], [], [], false],
    ['is direct for a key that no list can hold', ['a'], ['b,c', 'a'], ['b,c', 'a'], false],
  ] as const)
    it(what, () => {
      expect(keyStep(known, wanted)).to.deep.equal({ keys, another })
    })
})
