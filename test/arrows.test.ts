import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join, posix } from 'node:path'
import { expect } from 'chai'
import { arrows } from './arrows.js'
import { projectRoot } from './project.js'
import { type Import, importsOf, withoutComments } from './source-imports.js'
import { readsOfTheWorld } from './world-reads.js'

/** Where each package may be imported that users install with ours. */
const installed: Record<string, RegExp> = {
  koa: /^plugin\//,
  'koa-session': /^plugin\//,
  'on-headers': /^(plugin|cluster\/worker)\//,
  ioredis: /^stores\/redis[./]/,
  'fs-extra': /^stores\//,
}

/** Where each package may be imported that the bundle of the command line carries: parsers are read by nobody else. */
const bundled: Record<string, RegExp> = {
  '@babel/parser': /^audit\/files\/parsers\.ts$/,
  acorn: /^audit\/files\/parsers\.ts$/,
  'acorn-loose': /^audit\/files\/parsers\.ts$/,
  'dockerfile-ast': /^audit\/files\/dockerfile(-parser)?\.ts$/,
  'jsonc-parser': /^audit\/files\/json\.ts$/,
  'smol-toml': /^audit\/files\/toml\.ts$/,
  yaml: /^audit\/files\/(yaml|parsers)\.ts$/,
  diff: /^audit\/unified-diff\.ts$/,
  ignore: /^audit\/project\/git-ignores\.ts$/,
}

/** Loaded by its own name at once, so that a bundle knows its names; nobody loads this file but late. */
const parserDoors = ['audit/files/dockerfile-parser.ts']

/** The file that loads parsers which lie beside the bundle: how, is all that it asks of Node. */
const isParserLoader = (file: string, { module, names }: Import) =>
  file === 'audit/files/parsers.ts' && module === 'node:module' && names.join() === 'createRequire'

const packages = { ...installed, ...bundled }

/** What the pure half may use of Node: nothing that reaches a disk, a network, a clock or another process. */
const pureModules = ['node:buffer', 'node:crypto', 'node:path', 'node:util']

/** The audit asks Node besides which names are its own modules. */
const isBuiltinOnly = ({ module, names }: Import) => module === 'node:module' && names.join() === 'isBuiltin'

/** The files of the audit that read a directory: all others are given its texts. */
const readers = ['audit/project/read-directory.ts', 'audit/project/git-ignores.ts']

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
    const { dependencies, peerDependencies, devDependencies } = JSON.parse(
      readFileSync(join(projectRoot, 'package.json'), 'utf8'),
    )
    const asked = Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => !name.startsWith('@types/'))
    expect(Object.keys(installed)).to.have.members(asked)
    expect(Object.keys(devDependencies)).to.include.members(Object.keys(bundled))
  })

  it('name modules of Node with node:', () => {
    expect(objections((_file, { module }) => builtinModules.includes(module))).to.deep.equal([])
  })
})

describe('what the command line carries', () => {
  it('is loaded when it is wanted, or behind a door that is', () => {
    const early = objections((file, { module, late, typeOnly }) => {
      const isParser = packageOf(module) in bundled && packageOf(module) !== 'ignore'
      return isParser && !late && !typeOnly && !parserDoors.includes(file)
    })
    expect(early).to.deep.equal([])
    const doors = objections((file, imported) => {
      return isRelative(imported) && parserDoors.includes(targetOf(file, imported)) && isEarly(imported)
    })
    expect(doors).to.deep.equal([])
  })

  it('starts with nothing but the words of the command', () => {
    const loaded = [...loadedWith('cli/main.ts')].filter((file) => /^(audit|report|cluster|stores|plugin)\//.test(file))
    expect(loaded).to.deep.equal([])
  })

  it('starts an audit without a parser, a format or the worker fleet', () => {
    const loaded = [...loadedWith('cli/migrate/run.ts'), ...loadedWith('audit/audit.ts')]
    const foreign = loaded.filter((file) => parserDoors.includes(file) || /^(cluster|stores|plugin)\//.test(file))
    expect(foreign).to.deep.equal([])
    expect(loaded.filter((file) => /^report\/(html|sarif|markdown|github|text|json)\.ts$/.test(file))).to.deep.equal([])
  })
})

describe('lib/audit', () => {
  const isPure = (file: string) => folderOf(file) === 'audit' && !readers.includes(file)

  it('reads a directory in two files, and is given its texts elsewhere', () => {
    const worldly = objections((file, imported) => {
      const { module } = imported
      if (!isPure(file) || !module.startsWith('node:')) return false
      return !pureModules.includes(module) && !isBuiltinOnly(imported) && !isParserLoader(file, imported)
    })
    expect(worldly).to.deep.equal([])
  })

  it('reads neither process nor the clock, nor anything random', () => {
    const reads = [...sources].flatMap(([file, source]) =>
      isPure(file) ? readsOfTheWorld(source).map((read) => `${file}: ${read}`) : [],
    )
    expect(reads).to.deep.equal([])
    const isRandom = ({ module, names }: Import) =>
      module === 'node:crypto' && names.some((name) => /random/i.test(name))
    expect(objections((file, imported) => isPure(file) && isRandom(imported))).to.deep.equal([])
  })

  it('leaves the directory to the edge: who reads it is one of the two, or the command', () => {
    const users = objections((file, imported) => {
      const isReader = isRelative(imported) && readers.includes(targetOf(file, imported))
      return isReader && !readers.includes(file) && !/^cli\/(migrate|doctor)\//.test(file)
    })
    expect(users).to.deep.equal([])
  })
})

describe('lib/report', () => {
  it('touches nothing: it is given a report and answers texts', () => {
    const worldly = objections((file, { module }) => folderOf(file) === 'report' && module.startsWith('node:'))
    expect(worldly).to.deep.equal([])
    const reads = [...sources].filter(([file, source]) => folderOf(file) === 'report' && readsOfTheWorld(source).length)
    expect(reads.map(([file]) => file)).to.deep.equal([])
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
    const reads = [...sources].filter(([file, source]) => isCore(file) && readsOfTheWorld(source).length > 0)
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
      "type Eight = typeof import('./eight.js')",
    ].join('\n')
    expect(importsOf(source)).to.deep.equal([
      { module: './one.js', names: ['b', 'D'], typeOnly: false, late: false },
      { module: './two.js', names: ['E'], typeOnly: true, late: false },
      { module: './three.js', names: [], typeOnly: false, late: false },
      { module: './four.js', names: ['F'], typeOnly: true, late: false },
      { module: './five.js', names: [], typeOnly: false, late: false },
      { module: './six.js', names: [], typeOnly: false, late: true },
      { module: './eight.js', names: [], typeOnly: true, late: false },
    ])
  })

  it('sees as many imports of modules as the sources have lines that end one', () => {
    for (const [file, source] of sources) {
      const ends = withoutComments(source).match(/^(?:\}|import|export).* from '[^']+'$/gm) ?? []
      expect(imports.get(file)?.length, file).to.be.at.least(ends.length)
    }
  })

  it('knows a read of the world from a word', () => {
    for (const read of ['process.env', "process['env']", 'process?.pid', 'Date.now()', 'new Date()', 'Math.random()'])
      expect(readsOfTheWorld(read), read).to.have.length(1)
    for (const word of [
      "'process.env.KEY'",
      '`process.env`',
      '/process.env/',
      'new Date(now)',
      'a.process.env',
      '// Date.now()',
    ])
      expect(readsOfTheWorld(word), word).to.deep.equal([])
  })
})

const isEarly = ({ typeOnly, late }: Import) => !typeOnly && !late

/** Every file that is loaded at once with this one. */
function loadedWith(file: string, known = new Set<string>()): Set<string> {
  if (known.has(file)) return known
  known.add(file)
  for (const imported of imports.get(file) ?? [])
    if (isRelative(imported) && isEarly(imported)) loadedWith(targetOf(file, imported), known)
  return known
}

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
