import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join, posix } from 'node:path'
import { expect } from 'chai'
import { projectRoot } from './project.js'
import { type Import, importsOf, withoutComments } from './source-imports.js'

/** Which folders of lib/ each folder may import from, besides itself. A folder that is not here fails the test. */
const arrows: Record<string, readonly string[]> = {
  core: [],
  stores: ['core'],
  plugin: ['core', 'stores'],
  cluster: ['core'],
  'index.ts': ['core', 'stores', 'plugin'],
}

/** Where each package may be imported. */
const packages: Record<string, RegExp> = {
  koa: /^plugin\//,
  'koa-session': /^plugin\//,
  'on-headers': /^plugin\//,
  ioredis: /^stores\/redis[./]/,
  'fs-extra': /^stores\//,
}

/** What the pure half may use of Node: nothing that reaches a disk, a network, a clock or another process. */
const pureModules = ['node:crypto', 'node:util']

/** Reads of the world that need no import. Words of messages must not match. */
const impure = /\bprocess\s*(\?\.|\.|\[)\s*[\w'"]|\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\bperformance\.\w/

const longestFile = 300
const emptyNames = /(^|[/.-])(utils?|helpers?|common|types|managers?)([/.-]|$)/

const lib = join(projectRoot, 'lib')
const sources = new Map(
  readdirSync(lib, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .map((file) => [file.replaceAll('\\', '/'), readFileSync(join(lib, file), 'utf8')]),
)
const imports = new Map([...sources].map(([file, source]) => [file, importsOf(source)]))

const folderOf = (file: string) => file.split('/')[0] ?? file
const isRelative = ({ module }: Import) => module.startsWith('.')
const targetOf = (file: string, { module }: Import) => posix.join(posix.dirname(file), module).replace(/\.js$/, '.ts')
const packageOf = (module: string) =>
  module
    .split('/')
    .slice(0, module.startsWith('@') ? 2 : 1)
    .join('/')

/** Every import of lib/ for which the rule has an objection. */
function objections(rule: (file: string, imported: Import) => boolean): string[] {
  return [...imports].flatMap(([file, list]) =>
    list.filter((imported) => rule(file, imported)).map(({ module }) => `${file} imports ${module}`),
  )
}

describe('the folders of lib/', () => {
  it('are all in the table of arrows', () => {
    expect([...new Set([...sources.keys()].map(folderOf))]).to.have.members(Object.keys(arrows))
  })

  it('import along the arrows only', () => {
    const against = objections((file, imported) => {
      if (!isRelative(imported)) return false
      const [from, to] = [folderOf(file), folderOf(targetOf(file, imported))]
      return from !== to && !arrows[from]?.includes(to)
    })
    expect(against).to.deep.equal([])
  })

  it('import files that exist', () => {
    const lost = objections((file, imported) => isRelative(imported) && !sources.has(targetOf(file, imported)))
    expect(lost).to.deep.equal([])
  })

  it('have no import cycle', () => {
    expect(cycles()).to.deep.equal([])
  })

  it('import each package in its own place only', () => {
    const astray = objections((file, imported) => {
      if (isRelative(imported) || imported.module.startsWith('node:')) return false
      return !packages[packageOf(imported.module)]?.test(file)
    })
    expect(astray).to.deep.equal([])
  })

  it('import only what package.json asks for', () => {
    const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'))
    const asked = Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => !name.startsWith('@types/'))
    expect(Object.keys(packages)).to.have.members(asked)
  })

  it('name modules of Node with node:', () => {
    expect(objections((_file, { module }) => builtinModules.includes(module))).to.deep.equal([])
  })
})

describe('lib/core', () => {
  const isCore = (file: string) => folderOf(file) === 'core'

  it('imports nothing that touches the world', () => {
    const worldly = objections((file, imported) => {
      return isCore(file) && !isRelative(imported) && !pureModules.includes(imported.module)
    })
    expect(worldly).to.deep.equal([])
  })

  it('makes random bytes in session-id.ts only', () => {
    const random = objections(
      (file, { names }) => isCore(file) && file !== 'core/session-id.ts' && names.some((name) => /random/i.test(name)),
    )
    expect(random).to.deep.equal([])
  })

  it('reads neither process nor the clock nor Math.random', () => {
    const reads = [...sources].filter(([file, source]) => isCore(file) && impure.test(withoutComments(source)))
    expect(reads.map(([file]) => file)).to.deep.equal([])
  })
})

describe('the files of lib/', () => {
  it(`have at most ${longestFile} lines`, () => {
    const long = [...sources].filter(([, source]) => source.trimEnd().split('\n').length > longestFile)
    expect(long.map(([file]) => file)).to.deep.equal([])
  })

  it('have names that say what they hold', () => {
    expect([...sources.keys()].filter((file) => emptyNames.test(file))).to.deep.equal([])
  })
})

describe('this test', () => {
  it('sees every way to import', () => {
    const source = [
      "import a, { b as c, type D } from './one.js'",
      "import type { E } from './two.js'",
      "export * from './three.js'",
      "export type { F } from './four.js'",
      "import './five.js'",
      "const six = await import('./six.js')",
      "// import './comment.js'",
      "export const seven = 'from here'",
    ].join('\n')
    expect(importsOf(source)).to.deep.equal([
      { module: './one.js', names: ['b', 'D'], typeOnly: false },
      { module: './two.js', names: ['E'], typeOnly: true },
      { module: './three.js', names: [], typeOnly: false },
      { module: './four.js', names: ['F'], typeOnly: true },
      { module: './five.js', names: [], typeOnly: false },
      { module: './six.js', names: [], typeOnly: false },
    ])
  })

  it('sees as many imports of modules as the sources have lines that end one', () => {
    for (const [file, source] of sources) {
      const ends = withoutComments(source).match(/^(?:\}|import|export).* from '[^']+'$/gm) ?? []
      expect(imports.get(file)?.length, file).to.be.at.least(ends.length)
    }
  })

  it('knows a read of the world from a word', () => {
    for (const read of ['process.env', "process['env']", 'Date.now()', 'new Date()', 'Math.random()'])
      expect(impure.test(read), read).to.equal(true)
    for (const word of ['in every process.', 'the process', 'new Date(now)', 'is Date'])
      expect(impure.test(word), word).to.equal(false)
  })
})

/** The cycles of imports that are there at run time, each as the files on the way. */
function cycles(): string[] {
  const found: string[] = []
  const done = new Set<string>()
  const walk = (file: string, way: readonly string[]) => {
    if (way.includes(file)) found.push([...way.slice(way.indexOf(file)), file].join(' → '))
    if (done.has(file) || way.includes(file)) return
    for (const imported of imports.get(file) ?? [])
      if (isRelative(imported) && !imported.typeOnly) walk(targetOf(file, imported), [...way, file])
    done.add(file)
  }
  for (const file of sources.keys()) walk(file, [])
  return found
}
