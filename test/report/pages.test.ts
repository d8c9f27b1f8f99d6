import { expect } from 'chai'
import { github } from '../../lib/report/github.js'
import { html } from '../../lib/report/html.js'
import { markdown } from '../../lib/report/markdown.js'
import { code, paragraphs, sentence } from '../../lib/report/markdown-text.js'
import { spansOf } from '../../lib/report/prose.js'
import { foundAt, judged, placeOf, planOf, ruleOf, shop, shopFiles } from '../audit/made-up-app.js'
import { everything } from './everything.js'

/** An app with so many findings that not everything can be told. */
async function huge(count: number) {
  const text = Array.from({ length: count }, (_, index) => `bad${index}(${'x'.repeat(150)})\n`).join('')
  const files = { 'app.js': text }
  const found = Array.from({ length: count }, (_, index) => {
    const place = placeOf(files, 'app.js', `bad${index}(`)
    const edits = [{ file: 'app.js', start: place.start, end: place.end, text: 'good(' }]
    return foundAt(place, { title: `number ${index}`, fix: { grade: 'safe', edits } })
  })
  return (await planOf(files, [judged([ruleOf('MEM01', 'm', 'state', found)])])).report
}

describe('markdown', () => {
  it('has a box for each thing to do, in the order of the steps', async () => {
    const shown = markdown((await planOf(shopFiles, [shop()])).report)
    expect(shown.match(/^## .*$/gm)).to.deep.equal([
      '## 1. One secret for all processes',
      '## 2. One session store for all processes',
      '## 3. Cookie and proxy',
      '## 5. Start command and workers',
      '## 7. Prove it',
    ])
    expect(shown.match(/^- \[ \] \*\*\w+\*\*/gm)).to.have.length(4)
    expect(shown).to.include('- [ ] Install the store: `npm install koa-shared-session`')
    expect(shown).to.include('  ```diff\n  --- /dev/null')
  })

  it('fits into a comment on GitHub, however much there is to say', async () => {
    for (const count of [40, 150, 900]) {
      const shown = markdown(await huge(count))
      expect(shown.length, String(count)).to.be.at.most(65_536)
      expect(shown).to.include(`number ${Math.min(count, 300) - 1}`)
    }
  })

  it('shows what stands in the app as it is', async () => {
    const shown = markdown(await everything())
    expect(shown).not.to.match(/(?<!`[^`\n]*)<script>(?![^`\n]*`)(?<!^ {2}[> ] \d.*)/m)
    expect(shown).to.include('````text')
  })

  it('escapes words, but not code', () => {
    expect(sentence('a *b* <c> [d](e) _f_ SECRET_KEY @koa `<g> *h*`')).to.equal(
      'a \\*b\\* &lt;c> \\[d\\](e) \\_f\\_ SECRET_KEY &#64;koa `<g> *h*`',
    )
    expect(sentence('1. no list')).to.equal('1\\. no list')
    expect(code('a`b')).to.equal('``a`b``')
    expect(spansOf('a `b` c ` d')).to.deep.equal([
      { code: false, text: 'a ' },
      { code: true, text: 'b' },
      { code: false, text: ' c ` d' },
    ])
  })
})

describe('a remedy as Markdown', () => {
  it('calls commands sh, and lines for a file text', () => {
    const commands = ['npx koa-shared-session migrate', '(umask 077 && npx x >> .env)', 'redis-cli CONFIG SET a b']
    for (const command of commands)
      expect(paragraphs(`Run:\n  ${command}`)).to.deep.equal(['Run:', `\`\`\`sh\n${command}\n\`\`\``])
    for (const line of ['const server = app.listen(3000)', 'proxy_set_header Host $host;', 'kill_timeout: 36000'])
      expect(paragraphs(`Write:\n  ${line}`)).to.deep.equal(['Write:', `\`\`\`text\n${line}\n\`\`\``])
  })
})

describe('html', () => {
  it('is one page without scripts or anything to load', async () => {
    const shown = html(await everything())
    expect(shown).not.to.match(/<script|<link|<img|@import|url\(|\son\w+=/i)
    expect(shown).to.include("default-src 'none'")
  })

  it('escapes everything from the app', async () => {
    const shown = html(await everything())
    expect(shown).to.include('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(shown).to.include('src/&lt;b&gt;bold &amp; &quot;quoted&quot; ünï.js')
    expect(shown).not.to.include('<b>bold &')
  })

  it('closes what it opens', async () => {
    const shown = html(await everything()).replace(/<!doctype html>|<meta [^>]*>/g, '')
    const open: string[] = []
    for (const [tag, close, name = ''] of shown.matchAll(/<(\/?)([a-z][\w]*)\b[^>]*>/g)) {
      if (close === '') open.push(name)
      else expect(open.pop(), tag).to.equal(name)
    }
    expect(open).to.deep.equal([])
  })
})

describe('github', () => {
  it('is an annotation a line, escaped as the runner reads it', async () => {
    const lines = github(await everything(), 'server/')
      .trimEnd()
      .split('\n')
    expect(lines).to.have.length(
      (await everything()).apps[0]?.findings.filter(({ suppressed }) => !suppressed).length ?? 0,
    )
    for (const line of lines)
      expect(line).to.match(/^::(error|warning|notice) file=server\/[^:]*,title=[A-Z]{3}\d+ [\w-]+::[^\n]+$/)
    expect(lines.join()).to.include('%0A').and.include('col=13,endColumn=43')
  })

  it('names no column for places of several lines', async () => {
    const [line] = github(await everything())
      .split('\n')
      .filter((one) => one.includes('several keys'))
    expect(line).to.include('line=9,endLine=12,title')
  })
})
