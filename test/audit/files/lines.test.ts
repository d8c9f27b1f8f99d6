import { expect } from 'chai'
import { readDockerfile } from '../../../lib/audit/files/dockerfile.js'
import { readEnvFile } from '../../../lib/audit/files/env-file.js'
import { readIni } from '../../../lib/audit/files/ini.js'
import { readMakefile } from '../../../lib/audit/files/makefile.js'
import { directivesIn, readNginx } from '../../../lib/audit/files/nginx.js'
import { readProcfile } from '../../../lib/audit/files/procfile.js'
import { pythonAssignments, pythonHeaders, readPython } from '../../../lib/audit/files/python.js'
import { shellSegments } from '../../../lib/audit/files/shell-words.js'
import { blankTemplates } from '../../../lib/audit/files/template-blanks.js'

describe('env files', () => {
  const text = [
    '\uFEFFA=1 # one',
    'export B = "two # 2"',
    "C='$three'",
    'D=',
    '# E=5',
    'F="six',
    'seven"',
    'G=x#y',
    'no line',
    'H: eight',
  ].join('\r\n')
  const entries = readEnvFile(text)

  it('give names and values as dotenv does', () => {
    const live = entries.filter(({ commented }) => !commented)
    expect(live.map(({ name, value }) => [name, value])).to.deep.equal([
      ['A', '1'],
      ['B', 'two # 2'],
      ['C', '$three'],
      ['D', ''],
      ['F', 'six\r\nseven'],
      ['G', 'x#y'],
      ['H', 'eight'],
    ])
  })

  it('give the place of each value', () => {
    for (const { value, valueSpan } of entries) expect(text.slice(valueSpan.start, valueSpan.end)).to.equal(value)
  })
})

describe('shell words', () => {
  const words = (text: string) => shellSegments(text).map((segment) => segment.words.map((word) => word.text))

  it('are cut at operators, quotes taken off', () => {
    expect(words(`A=1 node 'a b.js' && echo "it's" ; x | y & z`)).to.deep.equal([
      ['A=1', 'node', 'a b.js'],
      ['echo', "it's"],
      ['x'],
      ['y'],
      ['z'],
    ])
  })

  it('leave out comments, redirections and joined lines', () => {
    expect(words('node a.js > log 2>&1 # c\nb \\\n  c')).to.deep.equal([
      ['node', 'a.js'],
      ['b', 'c'],
    ])
  })

  it('know what only a shell can tell, and where each word stands', () => {
    const text = 'pm2 start "${APP:-x}" -i $(nproc)'
    const [segment] = shellSegments(text)
    expect(segment?.words.filter((word) => word.expands).map((word) => word.text)).to.deep.equal([
      '${APP:-x}',
      '$(nproc)',
    ])
    for (const word of segment?.words ?? [])
      expect(text.slice(word.start, word.end).replaceAll('"', '')).to.equal(word.text)
  })

  it('end on what is not closed', () => {
    for (const text of ['"a', "'a", '$(a', '`a', '${a', 'a\\']) expect(words(text)).to.be.an('array')
  })
})

describe('other files of lines', () => {
  it('Procfile: any type, its command with its place', () => {
    const text = 'web: node app.js \r\n\r\nworker:node w.js\n'
    const lines = readProcfile(text)
    expect(lines.map(({ type, command }) => [type, command.text])).to.deep.equal([
      ['web', 'node app.js'],
      ['worker', 'node w.js'],
    ])
    for (const { command } of lines) expect(text.slice(command.start, command.end)).to.equal(command.text)
  })

  it('Makefile: recipes, joined lines as one', () => {
    const recipes = readMakefile('A := 1\nstart run: build\n\t@node \\\n\t  app.js\n\techo x\n\nbuild:\n\ttsc\n')
    expect(recipes.map(({ target, lines }) => [target, lines.length])).to.deep.equal([
      ['start', 2],
      ['build', 1],
    ])
    expect(recipes[0]?.lines[0]?.text).to.match(/^node \\\n/)
  })

  it('units of systemd: repeated keys, joined lines', () => {
    const text = '[Service]\nEnvironment=A=1\nEnvironment="B=2 3"\nExecStart=/usr/bin/node \\\n  app.js\n# x=y\n'
    expect(readIni(text).map(({ section, key, value }) => [section, key, value.replace(/\s+/g, ' ')])).to.deep.equal([
      ['Service', 'Environment', 'A=1'],
      ['Service', 'Environment', '"B=2 3"'],
      ['Service', 'ExecStart', '/usr/bin/node app.js'],
    ])
  })

  it('nginx: blocks, quotes and comments', () => {
    const text = 'http {\n  # server {\n  server { listen 80; add_header A "b; c"; }\n}'
    const found = [...directivesIn(readNginx(text))].map(({ directive }) =>
      [directive.name, ...directive.args].join(' '),
    )
    expect(found).to.deep.equal(['http', 'server', 'listen 80', 'add_header A b; c'])
  })

  it('Dockerfile: stages, both forms, values of ENV with their places', async () => {
    const text = 'FROM node:22 AS build\r\nENV A="1 2" \\\r\n  B=3\r\nFROM build\r\nCMD ["npm", "start"]\r\n'
    const read = await readDockerfile(text)
    if ('problem' in read) throw new Error(read.problem)
    expect(read.value.map(({ from, name }) => [from, name])).to.deep.equal([
      ['node:22', 'build'],
      ['build', undefined],
    ])
    const pairs = read.value[0]?.instructions.find(({ name }) => name === 'ENV')?.pairs ?? []
    expect(pairs.map(({ name, value }) => [name, value])).to.deep.equal([
      ['A', '1 2'],
      ['B', '3'],
    ])
    const last = pairs.at(-1)?.valueSpan
    expect(last && text.slice(last.start, last.end)).to.equal('3')
    expect(read.value[1]?.instructions.at(-1)?.exec).to.deep.equal(['npm', 'start'])
  })
})

describe('Python', () => {
  it('gives assignments, items, keywords and entries', () => {
    const text =
      "x = 1  # y = 2\napp.config['K'] = environ.get('S') or 'dev'\nserve(app, threads=4)\no = {'workers': n}\ns: int = 3\n"
    expect(
      pythonAssignments(readPython(text)).map(({ name, form, value }) => [name, form, value.at(-1)?.text]),
    ).to.deep.equal([
      ['x', 'assignment', '1'],
      ['K', 'item', 'dev'],
      ['threads', 'keyword', '4'],
      ['o', 'assignment', '}'],
      ['workers', 'entry', 'n'],
      ['s', 'assignment', '3'],
    ])
  })

  it('knows the lines around', () => {
    const text = 'class Testing(Base):\n    if x:\n        K = 1\n'
    expect(pythonHeaders(readPython(text), text.indexOf('K'))).to.deep.equal(['if x :', 'class Testing ( Base ) :'])
  })

  it('ends on strings and brackets that are not closed', () => {
    for (const text of ["x = 'a", 'x = """a', 'f((', 'x = {']) expect(readPython(text)).to.be.an('array')
  })
})

describe('templates', () => {
  it('keep every offset and line end', () => {
    const text = '{{- if .Values.x }}\r\nreplicas: {{ .Values.n }}\r\n{{- end }}\r\n'
    const blank = blankTemplates(text, '#')
    expect(blank).to.have.length(text.length)
    expect(blank.split('\r\n').map((line) => line.trimEnd())).to.deep.equal(['#', 'replicas: _______________', '#', ''])
  })

  it('quote bare values of JSON', () => {
    expect(blankTemplates('{ "a": {{ n }}, "b": "{{ m }}" }')).to.equal('{ "a": "_____", "b": "_______" }')
  })
})
