import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { parseEnv } from 'node:util'
import { expect } from 'chai'
import { assignmentsIn } from '../../lib/cli/secret/env-text.js'
import { rotate } from '../../lib/cli/secret/rotation.js'
import { keyWeakness } from '../../lib/core/key-strength.js'
import { freshDirectory } from '../servers/process.js'
import { cli } from './run.js'

const old = 'kx3nQ8vWm2LrT7yBz5HcJ9dFg4PsA6uE1oRi0aVbXwY'
const older = 'Zp7LwQ2mXv9KtR4nYc8HbJ3dFs6GaU1eTo5Ri0VkBxM'
const fresh = 'Hd5WsQ9zLm2Xv7KtR4nYc8bJ3FpGaU1eTo6Ri0VkBxN'

function envFile(text: string): string {
  const file = join(freshDirectory(), '.env')
  writeFileSync(file, text)
  return file
}

describe('secret', () => {
  it('prints a key that production takes, another each time', () => {
    const keys = [cli(['secret']), cli(['secret'])].map(({ out }) => out.trim())
    expect(new Set(keys).size).to.equal(2)
    for (const key of keys) {
      expect(keyWeakness(key)).to.equal(undefined)
      expect(Buffer.from(key, 'base64url')).to.have.length(32)
    }
  })

  it('prints a line for an env file, of any name, or JSON', () => {
    expect(cli(['secret', '--env']).out).to.match(/^SECRET_KEY=[\w-]{43}\n$/)
    for (const named of [['--env=COOKIE_KEY'], ['--env', 'COOKIE_KEY']])
      expect(cli(['secret', ...named]).out).to.match(/^COOKIE_KEY=[\w-]{43}\n$/)
    expect(JSON.parse(cli(['secret', '--json']).out).key).to.match(/^[\w-]{43}$/)
  })

  it('moves the key of an env file to the older ones; all else stays, byte for byte; 0600', () => {
    const before = `# comment\r\nA='x # y'\n\n export SECRET_KEY="${old}" # ours\nB=1`
    const file = envFile(before)
    chmodSync(file, 0o644)
    const { code, out, err } = cli(['secret', '--rotate', file])
    expect(code, err).to.equal(0)
    const after = readFileSync(file, 'utf8')
    const { SECRET_KEY = '', SECRET_KEY_FALLBACKS } = parseEnv(after) as Record<string, string>
    expect(SECRET_KEY).to.match(/^[\w-]{43}$/)
    expect(SECRET_KEY_FALLBACKS).to.equal(old)
    expect(after).to.equal(
      `# comment\r\nA='x # y'\n\n export SECRET_KEY=${SECRET_KEY} # ours\n export SECRET_KEY_FALLBACKS=${old}\nB=1`,
    )
    expect(statSync(file).mode & 0o777).to.equal(0o600)
    expect(readdirSync(dirname(file))).to.deep.equal(['.env'])
    for (const key of [old, SECRET_KEY]) expect(out + err).not.to.include(key)
  })

  it('again and again keeps them all, newest first', () => {
    const file = envFile(`SECRET_KEY=${old}\n`)
    for (let time = 0; time < 2; time += 1) expect(cli(['secret', '--rotate', file]).code).to.equal(0)
    const { SECRET_KEY_FALLBACKS = '' } = parseEnv(readFileSync(file, 'utf8')) as Record<string, string>
    const keys = SECRET_KEY_FALLBACKS.split(',')
    expect(keys).to.have.length(2)
    expect(keys[1]).to.equal(old)
  })

  it('keeps who may read the file, unless all may', () => {
    const modeAfter = (mode: number) => {
      const file = envFile(`SECRET_KEY=${old}\n`)
      chmodSync(file, mode)
      expect(cli(['secret', '--rotate', file]).code).to.equal(0)
      return statSync(file).mode & 0o777
    }
    expect([0o600, 0o640, 0o440, 0o644, 0o666].map(modeAfter)).to.deep.equal([0o600, 0o640, 0o440, 0o600, 0o600])
  })

  it('follows a link to the file, and leaves the link', () => {
    const file = envFile(`SECRET_KEY=${old}\n`)
    const link = join(freshDirectory(), 'link')
    symlinkSync(file, link)
    expect(cli(['secret', '--rotate', link]).code).to.equal(0)
    expect(readFileSync(file, 'utf8')).to.include(`SECRET_KEY_FALLBACKS=${old}`)
    expect(lstatSync(link).isSymbolicLink()).to.equal(true)
  })

  it('refuses, with 2 and without a stack, what it cannot do', () => {
    const directory = join(freshDirectory(), 'directory')
    mkdirSync(directory)
    const binary = envFile('')
    writeFileSync(binary, Buffer.from([0x53, 0xff, 0xfe]))
    const cases: [string[], RegExp][] = [
      [['--rotate', envFile('A=1\n')], /sets no SECRET_KEY.*there: koa-shared-session secret --env >>/],
      [['--rotate', envFile('A=1')], /sets no SECRET_KEY.*there: echo >> .* && koa-shared-session secret --env >>/],
      [['--rotate', '/nowhere/.env'], /cannot be read \(ENOENT\)/],
      [['--rotate', directory], /cannot be read \(EISDIR\)/],
      [['--rotate', binary], /not UTF-8/],
      [['--rotate'], /--rotate needs a value/],
      [['--rotat', 'x'], /no option --rotat. Did you mean --rotate\?/],
      [['--env=A B'], /name of a variable/],
      [['--env', '--rotate', 'x'], /give one of them/],
      [['please'], /takes options only/],
    ]
    for (const [words, says] of cases) {
      const { code, out, err } = cli(['secret', ...words])
      expect({ code, out }, words.join(' ')).to.deep.equal({ code: 2, out: '' })
      expect(err)
        .to.match(says)
        .and.not.match(/\n\s+at /)
    }
  })
})

describe('A rotation', () => {
  const keysOf = (text: string) => parseEnv(rotate(text, fresh)?.text ?? '') as Record<string, string>

  it('adds to the older keys that are there', () => {
    expect(keysOf(`SECRET_KEY_FALLBACKS='${older}'\nSECRET_KEY=${old}`)).to.deep.equal({
      SECRET_KEY: fresh,
      SECRET_KEY_FALLBACKS: `${old},${older}`,
    })
  })

  it('throws away weak keys, with which production would not start', () => {
    const rotation = rotate(`SECRET_KEY=keyboard cat\nSECRET_KEY_FALLBACKS=dev,${older}\n`, fresh)
    expect(rotation).to.include({ kept: 1, dropped: 2 })
    expect(rotation?.text).to.equal(`SECRET_KEY=${fresh}\nSECRET_KEY_FALLBACKS=${older}\n`)
    expect(rotate('SECRET_KEY=dev\n', fresh)?.text).to.equal(`SECRET_KEY=${fresh}\n`)
  })

  it('changes the last of several, which is the one that counts', () => {
    expect(rotate(`SECRET_KEY=${older}\nSECRET_KEY=${old}\n`, fresh)?.text).to.equal(
      `SECRET_KEY=${older}\nSECRET_KEY=${fresh}\nSECRET_KEY_FALLBACKS=${old}\n`,
    )
  })

  it('keeps the line breaks of Windows', () => {
    expect(rotate(`SECRET_KEY=${old}\r\nB=1\r\n`, fresh)?.text).to.equal(
      `SECRET_KEY=${fresh}\r\nSECRET_KEY_FALLBACKS=${old}\r\nB=1\r\n`,
    )
  })

  it('keeps them also where the last line has none', () => {
    expect(rotate(`A=1\r\nSECRET_KEY=${old}`, fresh)?.text).to.equal(
      `A=1\r\nSECRET_KEY=${fresh}\r\nSECRET_KEY_FALLBACKS=${old}`,
    )
    expect(rotate(`SECRET_KEY=${old}`, fresh)?.text).to.equal(`SECRET_KEY=${fresh}\nSECRET_KEY_FALLBACKS=${old}`)
  })

  it('reads a file that begins with the mark of Windows editors (U+FEFF), and keeps the mark', () => {
    expect(rotate(`\uFEFFSECRET_KEY=${old}\n`, fresh)?.text).to.equal(
      `\uFEFFSECRET_KEY=${fresh}\nSECRET_KEY_FALLBACKS=${old}\n`,
    )
  })

  it('leaves a comment a comment, for programs that want a space before it', () => {
    expect(rotate(`SECRET_KEY_FALLBACKS=# none\nSECRET_KEY=${old}\n`, fresh)?.text).to.equal(
      `SECRET_KEY_FALLBACKS=${old} # none\nSECRET_KEY=${fresh}\n`,
    )
  })

  it('is not taken in by comments, other names, or text inside of quotes', () => {
    const text = `#SECRET_KEY=${older}\nMY_SECRET_KEY=${older}\nPEM="a\nSECRET_KEY=${older}\n"\n`
    expect(rotate(text, fresh)).to.equal(undefined)
    expect(rotate('SECRET_KEY=\n', fresh)).to.equal(undefined)
    expect(rotate('', fresh)).to.equal(undefined)
  })

  it('reads values as Node does', () => {
    const text = `A=1\nB = two words # c\nC="q # q"\nD='x'\nE=\nexport F=6\nG="a\nb"\nH=it's\r\nI=9`
    const read = Object.fromEntries(assignmentsIn(text).map(({ name, value }) => [name, value]))
    expect(read).to.deep.equal({ ...(parseEnv(text) as object) })
  })
})
