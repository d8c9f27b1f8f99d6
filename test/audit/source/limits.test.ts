import { expect } from 'chai'
import { type Files, valueIn, worth } from './worth.js'

describe('what has no end', () => {
  it('two modules that import each other', async () => {
    const files = {
      'app.js': "import { b } from './b.js'; export const a = b; ask(a)",
      'b.js': "import { a } from './app.js'; export const b = a",
    }
    expect(await worth(files)).to.have.property('unknown')
  })

  it('two modules that require each other, and hold something besides', async () => {
    const files = {
      'app.js': "const b = require('./b'); module.exports = { name: 'shop', b }; ask(b.key)",
      'b.js': "const app = require('./app'); module.exports = { key: 's3cret', app }",
    }
    expect(await worth(files)).to.equal('s3cret')
  })

  it('a module that requires, or exports, itself', async () => {
    expect(await worth({ 'app.js': "module.exports = require('./app'); ask(module.exports.x)" })).to.have.property(
      'unknown',
    )
    expect(
      await worth({ 'app.js': "export * from './app.js'; import { x } from './app.js'; ask(x)" }),
    ).to.have.property('unknown')
    expect(
      await worth({
        'app.js': "export * from './b.js'; import { x } from './b.js'; ask(x)",
        'b.js': "export * from './app.js'",
      }),
    ).to.have.property('unknown')
  })

  it('a class above itself, a variable of itself', async () => {
    expect(await worth('class A extends A {}\nask(new A().key)')).to.have.property('unknown')
    expect(await worth('var a = a; ask(a)')).to.not.equal('a')
    expect(await worth('var a = b, b = a; ask(a)')).to.have.property('unknown')
  })

  it('a value behind more names than anybody writes', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `const v${index + 1} = v${index}`)
    expect(await worth(`const v0 = 's3cret'\n${names.join('\n')}\nask(v40)`)).to.have.property('unknown')
  })

  it('a question that costs too much is given up', async () => {
    const levels = Array.from(
      { length: 12 },
      (_, index) => `const o${index + 1} = [${Array(4).fill(`o${index}`).join()}]`,
    )
    const source = `const o0 = ['s3cret']\n${levels.join('\n')}\nask(o12)`
    expect(JSON.stringify(await worth(source))).to.include('too deep to follow')
  })

  it('alternatives of alternatives', async () => {
    const merges = Array.from(
      { length: 14 },
      (_, index) => `o = Object.assign({}, o, [strange][0] ? { k${index}: 1 } : { k${index}: 2 })`,
    )
    expect(await worth(`let o = {}\n${merges.join('\n')}\nask(Object.keys(o).length)`)).to.be.an('object')
  })
})

describe('where a value stands', () => {
  const placed = async (files: Files) => {
    const { origin } = await valueIn(files)
    return [origin.module.file, origin.module.at(origin.node).line, origin.module.at(origin.node).column]
  }

  it('in the file that writes it, two imports away', async () => {
    const files = {
      'app.js': "import { key } from './a.js'\nask(key)",
      'a.js': "export { key } from './b.js'",
      'b.js': "\n\nexport const key = 's3cret'",
    }
    expect(await placed(files)).to.deep.equal(['b.js', 3, 20])
  })

  it('in JSON, also with a byte order mark', async () => {
    const files = {
      'app.js': "ask(require('./config').session.key)",
      'config.json': '{\n  "session": { "key": "s3cret" }\n}',
    }
    expect(await placed(files)).to.deep.equal(['config.json', 2, 23])
    expect(await placed({ ...files, 'config.json': '\uFEFF{ "session": { "key": "s3cret" } }' })).to.deep.equal([
      'config.json',
      1,
      24,
    ])
  })
})
