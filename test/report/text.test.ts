import { expect } from 'chai'
import { plainText, text } from '../../lib/report/text.js'
import { columns, cutTo, wrap } from '../../lib/report/wrap.js'
import { foundAt, judged, placeOf, planOf, ruleOf, shop, shopFiles } from '../audit/made-up-app.js'
import { everything } from './everything.js'

const report = async () => (await planOf(shopFiles, [shop()])).report
const calm = { sessions: 'ready', app: 'ready', visibility: 1, why: 'a login is seen by every request.' } as const

describe('the text', () => {
  it('is this', async () => {
    const lines = text(await report()).split('\n')
    expect(lines.slice(0, 26).join('\n')).to.equal(`koa-shared-session migrate
shop 1.0.0 · koa ^2.15.0 (CommonJS) · 1 source, 1 config file

  verdict    NOT READY – with 4 workers a login is seen by about 1 request in 4.
  processes  One process now: package.json "start" runs node src/app.js.
  sessions   Sessions are in a Map of this process (src/app.js:4).
  key        The key is made anew in every process (src/app.js:3).
  target     4 workers on 1 host, sessions in a directory

  3 errors, 1 note · 1 by --write, 1 more by --write --unsafe · 1 of 5 checks
  found nothing

Step 1 of 7 · One secret for all processes
  ✖ SEC01 secret-random-per-process  src/app.js:3:12  fixable (unsafe)
    the key is made anew in every process
    2 │ const app = new Koa();
  > 3 │ app.keys = [crypto.randomBytes(16).toString('hex')];
      │            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  why   Every worker signs with another key, so three of four answer "logged
        out".
  do    Put one key into the environment of all workers.
  diff  + SESSION_SECRET=
        - app.keys = [crypto.randomBytes(16).toString('hex')];
        + app.keys = [process.env.SESSION_SECRET];
        in 2 files
  also  package.json:3:26 4 processes are the target`)
  })

  it('ends with what to do next', async () => {
    expect(text(await report())).to.match(/\n\nNext: npx koa-shared-session migrate --write\n$/)
    expect(text((await planOf({}, [])).report)).not.to.include('Next:')
  })

  for (const width of [60, 80, 110])
    it(`fits into ${width} columns, but for commands and links`, async () => {
      const long = text(await everything(), { ...plainText, width, all: true })
        .split('\n')
        .filter((line) => columns(line) > width)
      expect(long.filter((line) => !/https:\/\/| {6}(npx|curl|for|npm) /.test(line))).to.deep.equal([])
    })

  it('is the same with colour, but for the codes', async () => {
    const coloured = text(await everything(), { ...plainText, colour: true })
    expect(coloured).to.include('\u001b[31m')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the codes of a terminal begin with one
    expect(coloured.replace(/\u001b\[\d+m/g, '')).to.equal(text(await everything()))
  })

  it('is ASCII where nothing else can be shown', async () => {
    const ascii = text(await everything(), { ...plainText, ascii: true })
    expect(ascii)
      .to.match(/^\p{ASCII}*$/u)
      .and.include('x SEC02')
      .and.include('> 2 |')
  })

  it('says of a good app that it is ready, in a line a step', async () => {
    const { report: good } = await planOf(shopFiles, [judged([ruleOf('SEC01', 's', 'secret')], {}, { verdict: calm })])
    const shown = text(good)
    expect(shown).to.include('Ready for 4 workers on 1 host.')
    expect(shown.match(/^✔ Step \d · .*nothing to do$/gm)).to.have.length(6)
  })

  it('folds what says the same of several places', async () => {
    const shown = text(await everything())
    expect(shown).to.include('and 2 more: src/app.js:7:10')
    expect(shown.match(/MEM05/g)).to.have.length(1)
  })

  it('quiet has the verdict and a line or two a finding', async () => {
    const shown = text(await report(), { ...plainText, quiet: true })
    expect(shown).to.include('NOT READY').and.include('SEC01').and.not.include('why').and.not.include('curl')
  })

  it('without a summary begins with the first step; without links has none', async () => {
    const shown = text(await report(), { ...plainText, summary: false, links: false })
    expect(shown).to.match(/^Step 1 of 7/)
    expect(shown).not.to.include('https://')
  })

  it('obeys no control character of a file', async () => {
    const files = { 'app.js': 'bad() // \u001b[2J\u0007 \u202e\n' }
    const place = placeOf(files, 'app.js', 'bad()')
    const { report: odd } = await planOf(files, [
      judged([ruleOf('MEM01', 'm', 'state', [foundAt(place, { title: 'see \u001b]0;x\u0007' })])]),
    ])
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
    expect(text(odd)).not.to.match(/[\u001b\u0007\u202e]/)
  })
})

describe('wrapping', () => {
  it('counts columns, not characters', () => {
    expect(columns('aé日本')).to.equal(6)
    expect(cutTo('日本語テキスト', 7)).to.equal('日本語…')
    expect(cutTo('\tab', 10)).to.equal('  ab')
  })

  it('keeps code whole, and words longer than a line', () => {
    expect(wrap('one two\n  code that is longer\nhttps://example.org/long', 8)).to.deep.equal([
      'one two',
      '  code that is longer',
      'https://example.org/long',
    ])
  })
})
