import { expect } from 'chai'
import { readJson } from '../../../lib/audit/files/json.js'
import { readScriptValue } from '../../../lib/audit/files/script-value.js'
import { readToml } from '../../../lib/audit/files/toml.js'
import { type Parsed, type Tree, textAt, valueAt } from '../../../lib/audit/files/tree.js'
import { readYaml } from '../../../lib/audit/files/yaml.js'

function treeOf(parsed: Parsed<Tree>): Tree {
  if ('problem' in parsed) throw new Error(parsed.problem)
  return parsed.value
}

async function yaml(text: string): Promise<Tree> {
  const parsed = readYaml(text)
  if ('problem' in parsed || !parsed.value[0]) throw new Error('no document')
  return parsed.value[0]
}

const written = (text: string, tree: Tree | undefined) => tree && text.slice(tree.start, tree.end)

describe('YAML as a tree', () => {
  it('keeps the offsets of values, also behind a byte order mark and CRLF', async () => {
    for (const text of ['a:\n  b: "x y"\n', '\uFEFFa:\r\n  b: "x y"\r\n']) {
      const tree = await yaml(text)
      expect(textAt(tree, 'a', 'b')).to.equal('x y')
      expect(written(text, valueAt(tree, 'a', 'b'))).to.equal('"x y"')
    }
  })

  it('follows anchors and merges; own keys win', async () => {
    const tree = await yaml('x: &base\n  a: 1\n  b: 1\nservice:\n  <<: *base\n  b: 2\n')
    expect([textAt(tree, 'service', 'a'), textAt(tree, 'service', 'b')]).to.deep.equal(['1', '2'])
  })

  it('reads several documents, and says what is wrong with a broken one', async () => {
    const several = readYaml('a: 1\n---\na: 2\n')
    expect('value' in several && several.value.map((tree) => textAt(tree, 'a'))).to.deep.equal(['1', '2'])
    expect(readYaml('a: [1\nb: }')).to.have.property('problem')
  })

  it('ends on aliases that go in circles', async () => {
    expect(readYaml('a: &a\n  b: *a\n')).to.have.property('value')
  })
})

describe('JSON as a tree', () => {
  it('reads comments, trailing commas and a byte order mark', async () => {
    const text = '\uFEFF{\n  // note\n  "a": { "b": 4, },\n}'
    const tree = treeOf(await readJson(text))
    expect(written(text, valueAt(tree, 'a', 'b'))).to.equal('4')
  })

  it('says where it breaks', async () => {
    expect(await readJson('{ "a": ')).to.have.property('problem')
  })
})

describe('TOML as a tree', () => {
  it('finds the lines of values, tables and lists of tables', async () => {
    const text = 'app = "x" # y\n\n[env]\nA = "1"\n\n[[services]]\nport = 80\n\n[[services]]\nport = 443\n'
    const tree = treeOf(await readToml(text))
    expect(written(text, valueAt(tree, 'app'))).to.equal('x')
    expect(written(text, valueAt(tree, 'env', 'A'))).to.equal('1')
    const services = valueAt(tree, 'services')
    const ports = services?.kind === 'list' ? services.items.map((item) => written(text, valueAt(item, 'port'))) : []
    expect(ports).to.deep.equal(['80', '443'])
  })
})

describe('a script as a tree', () => {
  const value = async (text: string) => valueAt(treeOf(await readScriptValue(text)), 'a')

  it('follows constants, spreads and templates', async () => {
    const text = "const b = { n: 4 }\nconst c = 'x'\nmodule.exports = { ...{ a: 1 }, a: `${c}-${b.n}` }"
    expect(await value(text)).to.include({ kind: 'scalar', value: 'x-4' })
  })

  it('knows cores, variables and their defaults', async () => {
    expect(await value("module.exports = { a: require('os').cpus().length }")).to.include({ cpus: true })
    expect(await value('export default { a: Math.max(1, os.cpus().length - 1) }')).to.include({ cpus: true })
    const env = await value('module.exports = { a: process.env.N ? parseInt(process.env.N) : 0 }')
    expect(env).to.include({ kind: 'computed', variable: 'N' })
    expect(env?.kind === 'computed' && env.fallback).to.include({ value: 0 })
    expect(await value("module.exports = { a: process.env.NODE_ENV === 'production' ? 4 : 1 }")).to.include({
      value: 4,
    })
  })

  it('says computed where only a run can tell, and ends on names that go in circles', async () => {
    expect(await value('module.exports = { a: f() }')).to.include({ kind: 'computed', text: 'f()' })
    expect(await value('const a = b\nconst b = a\nmodule.exports = { a }')).to.include({ kind: 'computed' })
    expect(await readScriptValue('module.exports = {{{')).to.have.property('problem')
  })
})
