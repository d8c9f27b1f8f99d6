import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect } from 'chai'
import { projectRoot } from '../project.js'

interface Generator {
  /** File name in docs/ → text. */
  pages: Record<string, string>
}

const generator = pathToFileURL(join(projectRoot, 'docs/generate/pages.js')).href
const { pages }: Generator = await import(generator)

describe('the generated pages', () => {
  it('are there', () => {
    expect(Object.keys(pages)).to.have.members(['options.md', 'errors.md'])
  })

  for (const [name, text] of Object.entries(pages))
    it(`docs/${name} says what the code says (UPDATE=1 rewrites it)`, () => {
      const file = join(projectRoot, 'docs', name)
      if (process.env.UPDATE === '1') writeFileSync(file, text)
      expect(readFileSync(file, 'utf8')).to.equal(text)
    })
})
