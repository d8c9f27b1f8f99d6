import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { isSound } from '../../lib/cli/migrate/sound-text.js'
import { writeChange } from '../../lib/cli/migrate/write-file.js'
import { freshDirectory } from '../servers/process.js'

describe('writing a change', () => {
  it('keeps the mode of the file', async () => {
    const root = freshDirectory()
    writeFileSync(join(root, 'run.sh'), 'a\n')
    chmodSync(join(root, 'run.sh'), 0o755)
    expect(await writeChange(root, { file: 'run.sh', before: 'a\n', after: 'b\n' })).to.equal(undefined)
    expect(statSync(join(root, 'run.sh')).mode & 0o777).to.equal(0o755)
  })

  it('makes a new file with its directory, but never over one that is there', async () => {
    const root = freshDirectory()
    const change = { file: 'deploy/.env.example', before: undefined, after: 'A=\n' }
    expect(await writeChange(root, change)).to.equal(undefined)
    expect(await writeChange(root, { ...change, after: 'B=\n' })).to.equal('there is such a file already')
    expect(readFileSync(join(root, 'deploy/.env.example'), 'utf8')).to.equal('A=\n')
  })

  it('refuses what lies outside, also behind links', async () => {
    const outside = freshDirectory()
    const root = freshDirectory()
    writeFileSync(join(outside, 'a.js'), 'a\n')
    symlinkSync(join(outside, 'a.js'), join(root, 'a.js'))
    symlinkSync(outside, join(root, 'dir'))
    mkdirSync(join(root, 'in'))
    for (const file of ['a.js', 'dir/a.js', '../a.js', 'in/../../a.js'])
      expect(await writeChange(root, { file, before: 'a\n', after: 'b\n' }), file).to.match(/out/)
    expect(await writeChange(root, { file: 'dir/new.js', before: undefined, after: 'b\n' })).to.match(/outside/)
    expect(existsSync(join(outside, 'new.js'))).to.equal(false)
    expect(readFileSync(join(outside, 'a.js'), 'utf8')).to.equal('a\n')
  })

  it('writes through a link that stays inside', async () => {
    const root = freshDirectory()
    writeFileSync(join(root, 'real.js'), 'a\n')
    symlinkSync('real.js', join(root, 'link.js'))
    expect(await writeChange(root, { file: 'link.js', before: 'a\n', after: 'b\n' })).to.equal(undefined)
    expect(readFileSync(join(root, 'real.js'), 'utf8')).to.equal('b\n')
  })

  it('refuses a file that changed since it was read, or whose bytes are no UTF-8', async () => {
    const root = freshDirectory()
    writeFileSync(join(root, 'a.js'), 'changed\n')
    writeFileSync(join(root, 'b.js'), Buffer.from([0x61, 0xe4, 0x0a]))
    for (const [file, before] of [
      ['a.js', 'a\n'],
      ['b.js', 'a\uFFFD\n'],
    ] as const)
      expect(await writeChange(root, { file, before, after: 'b\n' })).to.equal(
        'it is not UTF-8, or changed while it was read',
      )
    expect(await writeChange(root, { file: 'gone.js', before: 'a', after: 'b' })).to.equal('it is gone')
  })

  it('puts back what would no longer parse', async () => {
    const root = freshDirectory()
    const cases = {
      'a.ts': ['let a: number = 1\n', 'let a: = 1'],
      'a.json': ['{"a": 1}', '{"a": 1'],
      'a.yaml': ['a: 1\n', 'a: [1'],
    }
    for (const [file, [before = '', after = '']] of Object.entries(cases)) {
      writeFileSync(join(root, file), before)
      expect(await writeChange(root, { file, before, after }), file).to.match(/put back/)
      expect(readFileSync(join(root, file), 'utf8')).to.equal(before)
    }
    expect(await writeChange(root, { file: 'new.json', before: undefined, after: '{' })).to.match(/not kept/)
    expect(existsSync(join(root, 'new.json'))).to.equal(false)
  })
})

describe('a sound text', () => {
  const sound: Record<string, string> = {
    'a.js': 'return await x',
    'b.mjs': 'import a from "a"',
    'c.tsx': 'const a = <T,>(x: T) => <b>{x as string}</b>',
    'd.ts': 'class A { @dec() private x!: string }',
    'e.json': '{ "a": 1, // why\n }',
    'f.yml': '--- \na: &x 1\n---\nb: 2\n',
    Dockerfile: 'FROM [',
  }
  for (const [file, text] of Object.entries(sound))
    it(`may be ${file}`, async () => {
      expect(await isSound(file, text, undefined)).to.equal(true)
    })

  it('is not asked of what was unsound before', async () => {
    expect(await isSound('a.js', 'let let = (', 'if (')).to.equal(true)
    expect(await isSound('a.yaml', 'a: [', '{{ if }}\na: [')).to.equal(true)
  })
})
