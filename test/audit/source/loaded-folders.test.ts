import { expect } from 'chai'
import { Modules } from '../../../lib/audit/source/modules.js'
import { memoryProject } from '../memory-project.js'

/** What the file imports, in a project that holds these others too. */
function importsOf(file: string, text: string, ...others: readonly string[]): readonly string[] {
  const texts = [[file, text], ...others.map((other) => [other, ''])]
  return new Modules(memoryProject(Object.fromEntries(texts)), () => undefined, '.').importsOf(file)
}

describe('the files of a folder that code loads', () => {
  const reads = "fs.readdirSync('./routes').forEach(load)"

  it('are all source below it, at any depth', () => {
    const others = ['src/routes/a.js', 'src/routes/deep/b.ts', 'src/routes/c.txt', 'src/routes-old/d.js', 'e.js']
    expect(importsOf('src/app.js', reads, ...others)).to.have.members(['src/routes/a.js', 'src/routes/deep/b.ts'])
  })

  it('are each told once where one folder is in the other, and never the file itself', () => {
    const text = "glob('./routes/*.js'); glob('./routes/deep/*.js'); glob('../src/*')"
    const found = importsOf('src/app.js', text, 'src/routes/a.js', 'src/routes/deep/b.js')
    expect(found).to.deep.equal([...new Set(found)])
    expect(found).to.have.members(['src/routes/a.js', 'src/routes/deep/b.js'])
  })

  it('are none where the folder holds whole packages of a workspace', () => {
    const others = ['packages/cli/package.json', 'packages/client/package.json', 'packages/client/page.js']
    const text = "const root = path.resolve(__dirname, '../..'); glob(root); fs.readdirSync('./commands')"
    const file = 'packages/cli/src/util.js'
    expect(importsOf(file, text, 'packages/cli/src/commands/a.js', ...others)).to.deep.equal([
      'packages/cli/src/commands/a.js',
    ])
  })
})
