import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { audit } from '../../lib/audit/audit.js'
import { migrateFlags, migrateHelp } from '../../lib/cli/migrate/flags.js'
import { committed, directoryOf, migrate, openCookie } from './migrate-world.js'

const app = () => directoryOf(openCookie)
const good = { ...openCookie, 'app.js': 'app.use(session({}, app))\n' }

describe('migrate', () => {
  it('prints the report, and exits with 1 for an error', async () => {
    const { code, out } = await migrate([], app())
    expect(code).to.equal(1)
    expect(out).to.include('NOT READY').and.include('SEC01 secret-random-per-process').and.include('app.js:2:13')
  })

  it('takes a directory, or the file that starts the server', async () => {
    const root = app()
    expect((await migrate([root], '/')).code).to.equal(1)
    let entry: string | undefined
    await migrate([join(root, 'app.js')], '/', {
      audit: async (_project, options) => {
        entry = options.entry
        throw new Error('enough')
      },
    }).catch(() => undefined)
    expect(entry).to.equal('app.js')
  })

  it('reads in which kind of module the files are where Node does: in the nearest package.json above', async () => {
    const kindIn = async (manifest: string) => {
      const root = directoryOf({
        'package.json': manifest,
        'apps/shop/app.js': "import Koa from 'koa'\nnew Koa().listen(1)\n",
      })
      return (await migrate([join(root, 'apps/shop')], '/', { audit })).out.split('\n')[1]
    }
    expect(await kindIn('{ "type": "module" }')).to.include('(ES modules)')
    expect(await kindIn('{ "name": "all" }')).to.include('(CommonJS)')
  })

  it('exits with 2 for a file of another language', async () => {
    const { code, error } = await migrate(['main.rs'], directoryOf({ ...openCookie, 'main.rs': 'fn main() {}\n' }))
    expect(code).to.equal(2)
    expect(error).to.include('"main.rs" is no file of JavaScript, TypeScript or Python')
  })

  it('exits with 4 where no app is, and prints a report all the same', async () => {
    const { code, out } = await migrate(['--format', 'json'], directoryOf({ 'a.txt': '' }))
    expect(code).to.equal(4)
    expect(JSON.parse(out)).to.have.deep.property('apps', [])
    expect((await migrate([], directoryOf({ 'a.txt': '' }))).out).to.include('No server app was found')
  })

  it('exits with 0 below --fail-on, and with 1 at it', async () => {
    expect((await migrate(['--fail-on', 'never'], app())).code).to.equal(0)
    const warns = directoryOf({ ...openCookie, 'app.js': 'app.use(session({ httpOnly: false }, app))\n' })
    expect((await migrate([], warns)).code).to.equal(0)
    expect((await migrate(['--fail-on=warning'], warns)).code).to.equal(1)
    expect((await migrate(['--fail-on=note'], directoryOf(good))).code).to.equal(0)
  })

  it('runs the rules that are asked for, by id, slug or group', async () => {
    const ids = async (...words: string[]) => {
      const { out } = await migrate([...words, '--format', 'json'], app())
      return JSON.parse(out).apps[0].findings.map(({ id }: { id: string }) => id)
    }
    expect(await ids()).to.deep.equal(['SEC01', 'CKE01'])
    expect(await ids('--only', 'KSS')).to.deep.equal([])
  })

  it('writes several formats into files, and one to standard output', async () => {
    const root = app()
    const words = ['--output', 'md=guide.md', '--output', 'sarif=x.json', '--format', 'json']
    const { out, error } = await migrate(words, root)
    expect(JSON.parse(out)).to.have.property('schemaVersion', 1)
    expect(readFileSync(join(root, 'guide.md'), 'utf8')).to.match(/^# Migration guide/)
    expect(JSON.parse(readFileSync(join(root, 'x.json'), 'utf8'))).to.have.property('version', '2.1.0')
    expect(error).to.include('Wrote guide.md (md).')
  })

  it('is the same from run to run', async () => {
    const root = app()
    for (const format of ['json', 'sarif', 'html', 'md', 'github', 'diff']) {
      const run = () => migrate(['--format', format], root)
      expect(await run(), format).to.deep.equal(await run())
    }
  })

  it('--help names every flag, and fits into 80 columns', async () => {
    const { code, out } = await migrate(['--help'], '/')
    expect(code).to.equal(0)
    for (const { name } of migrateFlags) expect(out).to.include(`--${name}`)
    for (const line of migrateHelp().split('\n')) expect(line.length, line).to.be.at.most(80)
  })

  it('--explain tells of a rule, --list-rules of all', async () => {
    expect((await migrate(['--explain', 'kss003'], '/')).out).to.include('KSS003 unused-ignore')
    expect((await migrate(['--explain', 'unused-ignore'], '/')).out).to.include('KSS003')
    expect((await migrate(['--list-rules'], '/')).out).to.match(/^KSS001 {2}file-not-understood/m)
    const list = JSON.parse((await migrate(['--list-rules', '--format', 'json'], '/')).out)
    expect(list.find(({ id }: { id: string }) => id === 'KSS002')).to.have.property('slug', 'value-not-resolved')
  })

  it('colours when told to, and never in files', async () => {
    const root = app()
    const code = '\u001b['
    expect((await migrate([], root)).out).not.to.include(code)
    expect((await migrate(['--color'], root)).out).to.include(code)
    expect((await migrate([], root, { environment: { FORCE_COLOR: '1' } })).out).to.include(code)
    expect((await migrate([], root, { environment: { FORCE_COLOR: '1', NO_COLOR: '1' } })).out).not.to.include(code)
    const terminal = { write: () => undefined, isTTY: true, columns: 100 }
    for (const environment of [{}, { TERM: 'dumb' }, { NO_COLOR: '1' }]) {
      const written: string[] = []
      await migrate([], root, { environment, stdout: { ...terminal, write: (text) => written.push(text) } })
      expect(written.join('').includes(code), JSON.stringify(environment)).to.equal(
        !('TERM' in environment || 'NO_COLOR' in environment),
      )
    }
    await migrate(['--color', '--output', 'text=out.txt'], root)
    expect(readFileSync(join(root, 'out.txt'), 'utf8')).not.to.include(code)
  })

  it('prints ASCII where the locale has nothing else', async () => {
    const { out } = await migrate([], app(), { environment: { LC_ALL: 'C' } })
    expect(out)
      .to.match(/^[\p{ASCII}]*$/u)
      .and.include('x SEC01')
    expect((await migrate([], app(), { environment: { LANG: 'C.UTF-8' } })).out).to.include('✖ SEC01')
  })
})

describe('migrate, wrongly used', () => {
  const cases: Record<string, { words: string[]; says: RegExp }> = {
    'a flag with a slip': { words: ['--fromat', 'json'], says: /no option --fromat.*Did you mean --format\?/ },
    'a format with a slip': { words: ['--format', 'jsn'], says: /--format takes text, md,.*Did you mean json\?/ },
    'no such directory': { words: ['nowhere'], says: /There is no file or directory "nowhere"/ },
    'two directories': { words: ['a', 'b'], says: /one directory, not 2/ },
    'no number': { words: ['--workers', 'many'], says: /--workers takes a number from 1 or "auto", not "many"/ },
    'zero hosts': { words: ['--hosts', '0'], says: /--hosts takes a number from 1/ },
    'a level that is none': { words: ['--fail-on', 'warnings'], says: /Did you mean warning\?/ },
    'a rule that is none': { words: ['--only', 'KSS009'], says: /no rule "KSS009".*Did you mean KSS00/ },
    'two formats on one stream': { words: ['--format', 'json,md'], says: /cannot share standard output/ },
    '--unsafe alone': { words: ['--unsafe'], says: /--unsafe goes with --write/ },
    '--diff and --write': { words: ['--diff', '--write'], says: /choose one/ },
    'an output of no format': { words: ['--output', 'report.xyz'], says: /Say --output json=report.xyz/ },
    'a baseline that is not there': { words: ['--baseline', 'b.json'], says: /no baseline "b.json"/ },
    'an entry that is not there': { words: ['--entry', 'x.js'], says: /no file "x.js"/ },
    'a rule to explain that is none': { words: ['--explain', 'nothing'], says: /no rule "nothing"/ },
  }
  for (const [name, { words, says }] of Object.entries(cases))
    it(`exits with 2: ${name}`, async () => {
      const { code, error, out } = await migrate(words, app())
      expect({ code, out }).to.deep.equal({ code: 2, out: '' })
      expect(error).to.match(says)
    })

  for (const [name, text] of Object.entries({
    'no JSON': '{',
    'no object': '[]',
    'a setting with a slip': '{"worker": 4}',
    'a wrong value': '{"workers": "lots"}',
  }))
    it(`exits with 2 for a configuration with ${name}`, async () => {
      const root = directoryOf({ ...openCookie, 'koa-shared-session.config.json': text })
      const { code, error } = await migrate([], root)
      expect(code).to.equal(2)
      expect(error).to.match(/^KSS004 bad-config: koa-shared-session.config.json: /)
    })

  it('reads settings from package.json, too; words win', async () => {
    const root = directoryOf({ ...openCookie, 'package.json': '{"koa-shared-session": {"failOn": "never"}}' })
    expect((await migrate([], root)).code).to.equal(0)
    expect((await migrate(['--fail-on', 'error'], root)).code).to.equal(1)
  })
})

describe('migrate --diff', () => {
  it('prints a patch that git apply takes, and after which nothing is left', async () => {
    const root = app()
    const { code, out } = await migrate(['--diff'], root)
    expect(code).to.equal(1)
    execFileSync('git', ['apply', '-'], { cwd: root, input: out })
    expect(await migrate(['--diff'], root)).to.deep.equal({ code: 0, out: '', error: '' })
  })
})

describe('migrate --update-baseline', () => {
  it('accepts what is found; the next run counts nothing, and tells what went stale', async () => {
    const root = app()
    expect((await migrate(['--update-baseline'], root)).code).to.equal(0)
    const file = join(root, '.koa-shared-session-baseline.json')
    const { entries } = JSON.parse(readFileSync(file, 'utf8'))
    expect(entries).to.have.length(2)
    expect(entries[0]).to.include({ rule: 'CKE01', file: 'app.js', added: '1970-01-01' })
    expect((await migrate(['--fail-on', 'note'], root)).code).to.equal(0)

    writeFileSync(join(root, 'app.js'), '// lines move\n\napp.keys = [random()]\n')
    const moved = await migrate(['--fail-on', 'note'], root)
    expect(moved.code).to.equal(0)
    expect(moved.out).to.include('nothing matches CKE01 in app.js any more')

    await migrate(['--update-baseline'], root)
    expect(JSON.parse(readFileSync(file, 'utf8')).entries).to.have.length(1)
  })

  it('keeps the reasons that people wrote', async () => {
    const root = app()
    await migrate(['--update-baseline', '--baseline', 'b.json'], root)
    expect(existsSync(join(root, '.koa-shared-session-baseline.json'))).to.equal(false)
    const file = join(root, 'b.json')
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/"reason": "[^"]*"/g, '"reason": "mine"'))
    await migrate(['--update-baseline', '--baseline', 'b.json'], root)
    expect(readFileSync(file, 'utf8')).to.include('"reason": "mine"')
  })

  it('refuses an entry without a reason', async () => {
    const entry = { rule: 'SEC01', file: 'a', fingerprint: 'b', reason: ' ', added: 'c' }
    const root = directoryOf({ ...openCookie, 'b.json': JSON.stringify({ version: 1, entries: [entry] }) })
    const { code, error } = await migrate(['--baseline', 'b.json'], root)
    expect(code).to.equal(2)
    expect(error).to.include('an entry without a reason: SEC01 in a')
  })
})

describe('migrate --write', () => {
  const source = (root: string) => readFileSync(join(root, 'app.js'), 'utf8')

  it('makes the safe changes, then audits again', async () => {
    const root = committed(app())
    const { code, out, error } = await migrate(['--write'], root)
    expect(source(root)).to.include('session({}, app)').and.include('random()')
    expect(error).to.include('Changed app.js.')
    expect(out).to.include('SEC01').and.not.include('CKE01')
    expect(code).to.equal(1)
  })

  it('makes all with --unsafe; a second run changes no byte', async () => {
    const root = committed(app())
    expect((await migrate(['--write', '--unsafe'], root)).code).to.equal(0)
    const once = source(root)
    expect(once).to.include('process.env.SECRET_KEY')
    const again = await migrate(['--write', '--unsafe', '--force'], root)
    expect(again.error).to.include('Nothing to write.')
    expect(source(root)).to.equal(once)
  })

  it('refuses where git has uncommitted changes, but for --force', async () => {
    const root = committed(directoryOf({ ...openCookie, 'notes.txt': 'x' }))
    writeFileSync(join(root, 'notes.txt'), 'y')
    const { code, error } = await migrate(['--write'], root)
    expect(code).to.equal(2)
    expect(error).to.include('uncommitted changes here (notes.txt)')
    expect(source(root)).to.equal(openCookie['app.js'])
    await migrate(['--write', '--force'], root)
    expect(source(root)).not.to.equal(openCookie['app.js'])
  })

  it('leaves files alone that git does not know: the guide that it wrote itself stops nothing', async () => {
    const root = committed(app())
    await migrate(['--output', 'md=GUIDE.md'], root)
    const guide = readFileSync(join(root, 'GUIDE.md'), 'utf8')
    await migrate(['--write'], root)
    expect(source(root)).to.include('session({}, app)')
    expect(readFileSync(join(root, 'GUIDE.md'), 'utf8')).to.equal(guide)
  })

  it('refuses where it would change a file that git does not know, also in a new folder below the root', async () => {
    const top = committed(directoryOf({ 'notes.txt': 'x' }))
    const root = join(top, 'web')
    cpSync(app(), root, { recursive: true })
    const { code, error } = await migrate(['--write'], root)
    expect(code).to.equal(2)
    expect(error).to.include('git does not know app.js')
    expect(source(root)).to.equal(openCookie['app.js'])
    await migrate(['--write', '--force'], root)
    expect(source(root)).not.to.equal(openCookie['app.js'])
  })

  it('writes where there is no git', async () => {
    const root = app()
    await migrate(['--write'], root)
    expect(source(root)).to.include('session({}, app)')
  })

  it('puts a file back that would not parse afterwards, and says so', async () => {
    const text = "app.use('BREAK')\n"
    const root = directoryOf({ ...openCookie, 'app.js': text.replace("'BREAK'", 'BREAK') })
    const { error } = await migrate(['--write'], root)
    expect(error).to.include('Left app.js as it is: it would not parse afterwards, so it was put back.')
    expect(source(root)).to.equal('app.use(BREAK)\n')
  })
})
