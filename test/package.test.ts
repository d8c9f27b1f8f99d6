import { join } from 'node:path'
import { expect } from 'chai'
import { commonJs, commonJsTyped, modules, roundTrip, typed, untyped } from './package/user-files.js'
import { installInto, pack, put, runNode, runTool, type Tarball } from './package/user-project.js'
import { freshDirectory } from './servers/process.js'

const largest = 128 * 1024
const typePackages = ['@types/koa', '@types/koa-router@7', '@types/node@20']

describe('the package, packed and installed', function () {
  this.timeout(120_000)
  let tarball: Tarball
  let project: string
  before(() => {
    tarball = pack()
    project = installInto([tarball.path, 'koa@3', 'koa2@npm:koa@2', 'koa-router', ...typePackages])
  })

  it('holds what users need and nothing else', () => {
    const beside = tarball.files.filter((file) => !/^(dist\/[\w/-]+(\.d\.ts|\.c?js)|docs\/[a-z]+\.md)$/.test(file))
    expect(beside).to.have.members(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'])
    expect(tarball.size).to.be.below(largest)
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

  for (const koa of ['koa', 'koa2'])
    it(`logs in under ${koa === 'koa' ? 'Koa 3' : 'Koa 2'}`, () => {
      const file = join(put(project, 'round-trip', { 'app.js': roundTrip }), 'app.js')
      const { code, output } = runNode([file, koa], project, { SESSION_FILE_DIR: `${freshDirectory()}/sessions` })
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
