import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { type FileChange, leastContext, patchesOf, unifiedDiff } from '../../lib/audit/unified-diff.js'
import { freshDirectory } from '../servers/process.js'

const lines = (count: number, end = '\n') => Array.from({ length: count }, (_, index) => `line ${index}${end}`).join('')
const change = (before: string | undefined, after: string, file = 'a.js'): FileChange => ({ file, before, after })

const cases: Record<string, readonly FileChange[]> = {
  'one line of many': [change(lines(20), lines(20).replace('line 9\n', 'line nine\n'))],
  'the first and the last line': [change(lines(20), lines(20).replace('line 0\n', 'x\n').replace('line 19\n', 'y\n'))],
  'two places near each other': [change(lines(20), lines(20).replace('line 4\n', '').replace('line 7\n', 'a\nb\n'))],
  'Windows line ends': [change(lines(9, '\r\n'), lines(9, '\r\n').replace('line 4\r\n', 'x\r\ny\r\n'))],
  'mixed line ends': [change('a\r\nb\nc\r\n', 'a\r\nB\nc\r\n')],
  'no last line end': [change('a\nb', 'a\nc')],
  'a last line end that comes': [change('a\nb', 'a\nb\nc\n')],
  'a last line end that goes': [change('a\nb\n', 'a\nb')],
  'a byte order mark': [change('\uFEFFa\nb\n', '\uFEFFa\nc\n')],
  'an empty file': [change('', 'a\n')],
  'a file that becomes empty': [change('a\nb\n', '')],
  'a new file': [change(undefined, 'A=\nB=\n', '.env.example')],
  'a new file in a new directory': [change(undefined, 'a', 'deploy/prod/a.yaml')],
  'lines that look like a patch': [change('--- a\n+++ b\n@@ -1 +1 @@\nx\n', '--- a\n+++ c\n@@ -1 +1 @@\nx\n')],
  'names with spaces': [change('a\n', 'b\n', 'my app/the file.js'), change(undefined, 'b\n', 'a new file.js')],
  'names with quotes, letters of the world and a tab': [
    change('a\n', 'b\n', 'a "quoted" name.js'),
    change('a\n', 'b\n', 'grün/日本.js'),
    change('a\n', 'b\n', 'a\tb.js'),
    change(undefined, 'b\n', 'new "ü".js'),
  ],
  'several files, new ones between': [
    change(undefined, 'x\n', 'a.env'),
    change(lines(30), lines(30).replace('line 15\n', ''), 'b.js'),
    change(undefined, 'y\n', 'c.env'),
    change('a', 'b', 'd.js'),
  ],
  'a file of one long line': [change('x'.repeat(20_000), `${'x'.repeat(10_000)}y`)],
}

describe('a unified diff', () => {
  for (const [name, changes] of Object.entries(cases))
    for (const context of [undefined, leastContext])
      it(`is taken by git apply: ${name}${context === undefined ? '' : ', with little around'}`, async () => {
        const root = freshDirectory()
        await applied(root, changes, context)
      })

  it('is taken by git apply in a directory below the root of the repository', async () => {
    const root = freshDirectory()
    execFileSync('git', ['init', '--quiet'], { cwd: root })
    for (const [index, changes] of Object.values(cases).entries()) {
      const below = join(root, `app ${index}`)
      mkdirSync(below)
      await applied(below, changes, undefined)
    }
  })

  it('has nothing to say of no change', async () => {
    expect(unifiedDiff(await patchesOf([]))).to.equal('')
  })

  it('names both sides, and says what is new', async () => {
    const patch = unifiedDiff(await patchesOf([change('a\n', 'b\n'), change(undefined, 'x\n', 'new.env')]))
    expect(patch).to.equal(`--- a/a.js
+++ b/a.js
@@ -1 +1 @@
-a
+b
--- /dev/null
+++ b/new.env
@@ -0,0 +1 @@
+x
`)
  })
})

async function applied(root: string, changes: readonly FileChange[], context: number | undefined): Promise<void> {
  for (const { file, before } of changes) if (before !== undefined) put(root, file, before)
  const patch = unifiedDiff(await patchesOf(changes, context))
  execFileSync('git', ['apply', '--whitespace=nowarn', '-'], { cwd: root, input: patch })
  for (const { file, after } of changes) expect(textOf(root, file), file).to.equal(after)
}

/** A file that a patch leaves empty may be gone: patches without git's own lines cannot tell the two apart. */
function textOf(root: string, file: string): string {
  const path = join(root, file)
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

function put(root: string, file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), text)
}
