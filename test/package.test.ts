import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { expect } from 'chai'
import { describedRules } from '../lib/audit/described-rules.js'
import { shop } from './package/audited-files.js'
import {
  bareServer,
  commonJs,
  commonJsTyped,
  modules,
  roundTrip,
  typed,
  untyped,
  withoutKoaTypes,
} from './package/user-files.js'
import {
  installInto,
  koas,
  type Newcomer,
  pack,
  put,
  runCommand,
  runNode,
  runTool,
  serveOut,
  type Tarball,
  tryOut,
} from './package/user-project.js'
import { projectRoot } from './project.js'
import { freshDirectory } from './servers/process.js'

/** `npx` downloads all of it before the first word is printed. About 350 KB are the parsers: one more, or one twice, is too much. */
const largest = 672 * 1024

/** What users import. */
const library = /^dist\/(?!(audit|report|cli|cluster|bin)\/)[\w/-]+(\.d\.ts|\.js)$/
/** What the command line is. */
const program = /^dist\/bin\/([\w-]+\.js|(worker|acorn|acorn-loose|babel|yaml)\.cjs|THIRD_PARTY_LICENSES\.txt)$/
const pages = /^docs\/((from|rules)\/)?[a-z\d-]+\.md$/
/** What the pages lead to: the apps, as they are in the repository, and what can be drawn with few bytes. */
const examples = /^examples\/[a-z-]+\/(?!build\/)[\w./-]+$/
const drawings = /^docs\/images\/[a-z-]+\.svg$/

/** Packages that only the bundle knows. */
const carried = [
  '@babel/parser',
  'acorn',
  'acorn-loose',
  'dockerfile-ast',
  'jsonc-parser',
  'smol-toml',
  'yaml',
  'diff',
  'ignore',
]

const typePackages = ['@types/koa', '@types/koa-router@7', '@types/node@20']

describe('the package, packed and installed', function () {
  this.timeout(120_000)
  let tarball: Tarball
  let project: string
  before(() => {
    tarball = pack()
    project = installInto([tarball.path, ...Object.values(koas), 'koa@3', 'koa-router', ...typePackages])
  })

  it('holds what users need and nothing else', () => {
    const known = [library, program, pages, examples, drawings, /^schema\/migrate-v1\.json$/]
    const beside = tarball.files.filter((file) => !known.some((pattern) => pattern.test(file)))
    expect(beside).to.have.members(['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'package.json'])
    for (const pattern of [...known, /^dist\/bin\/worker\.cjs$/, /^dist\/bin\/THIRD_PARTY_LICENSES\.txt$/])
      expect(
        tarball.files.some((file) => pattern.test(file)),
        String(pattern),
      ).to.equal(true)
    expect(tarball.size).to.be.below(largest)
  })

  it('holds a page of each rule', () => {
    const written = tarball.files.flatMap(
      (file) => /^docs\/rules\/([a-z]+\d+)\.md$/.exec(file)?.[1]?.toUpperCase() ?? [],
    )
    expect(written).to.have.members(describedRules.map(({ id }) => id))
  })

  it('has pages whose links lead to what is in it', () => {
    const packed = new Set(tarball.files)
    const folders = new Set(tarball.files.map((file) => posix.dirname(file)))
    const texts = tarball.files.filter((file) => file.endsWith('.md'))
    const dead = texts.flatMap((file) =>
      linksOf(file)
        .filter((target) => !packed.has(target) && !folders.has(target))
        .map((target) => `${file} → ${target}`),
    )
    expect(dead).to.deep.equal([])
  })

  it('brings no parser into the project', () => {
    const installed = carried.filter((name) => existsSync(join(project, 'node_modules', name)))
    expect(installed).to.deep.equal([])
  })

  it('has a command line that helps', () => {
    const { code, output } = runCommand(['--help'], project)
    expect(code, output).to.equal(0)
    for (const word of ['migrate', 'serve', 'secret', 'sessions']) expect(output).to.include(word)
  })

  it('has a command line that audits an app, every kind of file read', () => {
    const app = put(project, 'shop', shop)
    const program = join(project, 'node_modules/.bin/koa-shared-session')
    const { code, output } = runNode([program, 'migrate', app, '--format', 'json'], project)
    expect(code, output).to.equal(1)
    const [found] = JSON.parse(output).apps
    // Its broken syntax takes the second parser.
    expect(found.notLooked.map(({ what }: { what: string }) => what)).to.deep.equal(['legacy.js'])
    expect(found.session).to.deep.equal([{ library: 'koa-session', file: 'app.js', line: 7 }])
    expect(found.store.evidence).to.deep.include({ file: 'app.js', line: 6 })
    expect(found.secret).to.deep.equal([{ kind: 'literal', when: 'any', file: 'legacy.js', line: 1 }])
    expect(found.processes).to.include({ kind: 'pm2', count: 6 })
    const said = JSON.stringify(found)
    for (const file of ['ecosystem.json', 'compose.yaml', 'Dockerfile', 'fly.toml']) expect(said).to.include(file)
  })

  it('loads as an ES module, by both doors', () => {
    const { code, output } = runNode([join(put(project, 'esm', { 'app.js': modules }), 'app.js')], project)
    expect(code, output).to.equal(0)
    const exported = 'SessionError,default,externalStore,fileStore,memoryStore,redisStore,sharedSession'
    expect(output).to.equal(`true function ${exported}\n`)
  })

  it('loads with require(), by both doors', () => {
    const { code, output } = runNode([join(put(project, 'cjs', { 'app.cjs': commonJs }), 'app.cjs')], project)
    expect(code, output).to.equal(0)
    expect(output).to.include('function true function')
  })

  for (const name of Object.keys(koas))
    it(`logs in under ${name}`, () => {
      const file = join(put(project, 'round-trip', { 'app.js': roundTrip }), 'app.js')
      const { code, output } = runNode([file, name], project, { SESSION_FILE_DIR: `${freshDirectory()}/sessions` })
      expect(code, output).to.equal(0)
      expect(output).to.match(/^nobody ada$/m)
    })

  const resolutions = {
    node16: ['--module', 'node16'],
    nodenext: ['--module', 'nodenext'],
    bundler: ['--module', 'esnext', '--moduleResolution', 'bundler'],
  }
  const strict = ['--strict', '--noEmit', '--target', 'es2023', '--types', 'node', '--ignoreConfig']
  const compile = (directory: string, file: string, options: string[]) =>
    runTool('typescript/bin/tsc', [...strict, ...options, file], directory)

  for (const [name, options] of Object.entries(resolutions)) {
    it(`types ctx.session, options and stores under ${name}`, () => {
      const { code, output } = compile(put(project, 'typed', { 'app.ts': typed }), 'app.ts', options)
      expect(code, output).to.equal(0)
    })

    it(`knows no field that nobody declared under ${name}`, () => {
      const { code, output } = compile(put(project, 'untyped', { 'app.ts': untyped }), 'app.ts', options)
      expect(code, output).to.equal(0)
    })
  }

  it('types a CommonJS file under nodenext', () => {
    const directory = put(project, 'typed-cjs', { 'app.cts': commonJsTyped })
    const { code, output } = compile(directory, 'app.cts', resolutions.nodenext)
    expect(code, output).to.equal(0)
  })

  it('is clean for publint', () => {
    const { code, output } = runTool('publint/src/cli.js', [tarball.path, '--strict'], project)
    expect(code, output).to.equal(0)
    expect(output).to.include('All good!')
  })

  it('is clean for attw, as a package of ES modules', () => {
    const args = [tarball.path, '--profile', 'esm-only', '--no-definitely-typed']
    const { code, output } = runTool('@arethetypeswrong/cli/dist/index.js', args, project)
    expect(code, output).to.equal(0)
  })
})

describe('the package, installed as production does', function () {
  this.timeout(120_000)
  let project: string
  before(() => {
    project = installInto([pack().path, 'koa'], ['--omit=dev', '--ignore-scripts'])
  })

  it('logs in', () => {
    const file = join(put(project, 'round-trip', { 'app.js': roundTrip }), 'app.js')
    const { code, output } = runNode([file, 'koa'], project, { SESSION_FILE_DIR: `${freshDirectory()}/sessions` })
    expect(code, output).to.equal(0)
    expect(output).to.match(/^nobody ada$/m)
  })

  it('has types for options and stores where those of Koa are not installed', () => {
    expect(existsSync(join(project, 'node_modules/@types/koa'))).to.equal(false)
    const directory = put(project, 'without-koa-types', { 'app.ts': withoutKoaTypes })
    const types = ['--types', 'node', '--typeRoots', join(projectRoot, 'node_modules/@types')]
    const options = ['--strict', '--noEmit', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2023', ...types]
    const { code, output } = runTool('typescript/bin/tsc', [...options, '--ignoreConfig', 'app.ts'], directory)
    expect(code, output).to.equal(0)
  })
})

describe('npx koa-shared-session, in an empty directory', function () {
  this.timeout(120_000)
  let tarball: string
  let newcomer: Newcomer
  before(() => {
    tarball = pack().path
    const directory = join(freshDirectory(), 'empty')
    mkdirSync(directory)
    newcomer = { directory, cache: freshDirectory() }
  })
  const run = (...args: string[]) => tryOut(tarball, args, newcomer)

  it('secret makes a key', () => {
    const { code, output } = run('secret')
    expect(code, output).to.equal(0)
    expect(output).to.match(/^[\w-]{43}$/m)
  })

  for (const command of ['migrate', 'doctor'])
    it(`${command} says that there is no app, and what it looked for`, () => {
      const { code, output } = run(command)
      expect(code, output).to.equal(4)
      expect(output).to.include('No server app was found here')
    })

  it('sessions counts those of a directory', () => {
    const directory = join(freshDirectory(), 'sessions')
    mkdirSync(directory, { mode: 0o700 })
    const { code, output } = tryOut(tarball, ['sessions', 'count'], newcomer, { SESSION_FILE_DIR: directory })
    expect(code, output).to.equal(0)
    expect(output).to.match(/^0 sessions?/m)
  })

  it('serve runs an app that needs no package', async () => {
    put(newcomer.directory, '.', { 'server.cjs': bareServer })
    const serving = await serveOut(tarball, 'server.cjs', newcomer)
    expect(await (await fetch(serving.address)).text()).to.match(/^worker [12]$/)
    expect(await serving.stop()).to.equal(0)
  })
})

/** What stays in the repository: photographs of pages, what proves a claim of docs/security.md, and how to change all this. */
const ofTheRepository = /\.png$|^(test|lib)\/|^CONTRIBUTING\.md$/

/** Where the relative links of a page lead, as paths of the package. */
function linksOf(page: string): string[] {
  const text = readFileSync(join(projectRoot, page), 'utf8').replace(/^```[\s\S]*?^```$/gm, '')
  return [...text.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^https?:/.test(target))
    .map((target) => posix.join(posix.dirname(page), target).replace(/\/$/, ''))
    .filter((target) => !ofTheRepository.test(target))
}
