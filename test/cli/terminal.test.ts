import { expect } from 'chai'
import { ProgressLine } from '../../lib/cli/migrate/progress-line.js'
import { watchedProject } from '../../lib/cli/migrate/watched-project.js'
import { hasColour, isAsciiOnly, widthOf } from '../../lib/cli/terminal.js'
import { projectOf } from '../audit/made-up-app.js'

const file = { write: () => undefined }
const terminal = { ...file, isTTY: true, columns: 100 }

describe('colour', () => {
  const cases: [boolean | undefined, Record<string, string>, boolean, boolean][] = [
    [undefined, {}, true, true],
    [undefined, {}, false, false],
    [undefined, { TERM: 'dumb' }, true, false],
    [undefined, { NO_COLOR: '1' }, true, false],
    [undefined, { NO_COLOR: '' }, true, true],
    [undefined, { FORCE_COLOR: '1' }, false, true],
    [undefined, { FORCE_COLOR: '0' }, true, false],
    [undefined, { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
    [true, { NO_COLOR: '1' }, false, true],
    [false, { FORCE_COLOR: '1' }, true, false],
  ]
  for (const [flag, environment, isTerminal, wanted] of cases)
    it(`${wanted ? 'is' : 'is not'} there: flag ${flag}, ${JSON.stringify(environment)}, ${isTerminal ? 'terminal' : 'file'}`, () => {
      expect(hasColour(flag, environment, isTerminal ? terminal : file)).to.equal(wanted)
    })
})

describe('a terminal', () => {
  it('has the width it says, within reason; files have 80 columns', () => {
    const widths = [20, 100, 400, 0].map((columns) => widthOf({ ...terminal, columns }))
    expect([...widths, widthOf(file)]).to.deep.equal([40, 100, 110, 80, 80])
  })

  it('shows ASCII only where its locale says so', () => {
    expect([{ LC_ALL: 'C' }, { LANG: 'POSIX' }, { LANG: 'de_DE.ISO-8859-1' }].map(isAsciiOnly)).to.deep.equal([
      true,
      true,
      true,
    ])
    expect([{}, { LANG: 'de_DE.UTF-8' }, { LC_ALL: 'C.utf8', LANG: 'C' }].map(isAsciiOnly)).to.deep.equal([
      false,
      false,
      false,
    ])
  })
})

describe('progress', () => {
  it('is shown on a terminal once a run is long, and wiped away', () => {
    let now = 0
    const written: string[] = []
    const line = new ProgressLine({ ...terminal, write: (text) => written.push(text) }, () => now, 0)
    const project = watchedProject(projectOf({ 'a.js': '', 'b.js': '', 'c.js': '' }), line.show)
    project.text('a.js')
    expect(written).to.deep.equal([])
    now = 600
    project.text('b.js')
    project.text('b.js')
    line.clear()
    expect(written).to.deep.equal(['\r\u001b[2K2 of 3 files read', '\r\u001b[2K'])
  })

  it('is not written to files and pipes', () => {
    const line = new ProgressLine({ write: () => expect.fail('written') }, () => 10_000, 0)
    line.show(1, 2)
    line.clear()
  })
})
