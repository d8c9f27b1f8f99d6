import { expect } from 'chai'
import { freshDirectory } from '../../servers/process.js'
import { diagnose, ourApp } from '../doctor-run.js'
import { directoryOf } from '../migrate-world.js'
import { cli } from '../run.js'

describe('doctor, by its words', function () {
  this.timeout(60_000)
  const shop = directoryOf(ourApp)
  const refused = (words: string[]) => {
    const { code, out, err } = cli(['doctor', ...words])
    expect(code, out).to.equal(2)
    return err
  }

  it('that are wrong', () => {
    expect(refused([shop, '--formt', 'json'])).to.include('Did you mean --format')
    expect(refused([shop, '--format', 'diff'])).to.include('--format')
    expect(refused([shop, '--only', 'SEC01'])).to.include('SEC01')
    expect(refused([shop, '--login', 'POST /login a=b'])).to.include('--url')
    expect(refused([shop, '--url', 'http://127.0.0.1:1'])).to.include('--login')
    expect(refused([shop, '--url', 'shop', '--cookie', 'a=b'])).to.include('http://')
    expect(refused([shop, '--url', 'http://127.0.0.1:1', '--login', 'login'])).to.include('POST /login')
    expect(refused([shop, '--url', 'http://127.0.0.1:1', '--cookie', '@gone'])).to.include('gone')
    expect(refused([shop, '--redis', 'localhost:6379'])).to.match(/--redis: The Redis address.*redis:\/\//)
    expect(refused([shop, shop])).to.include('one directory')
  })

  it('that ask for help', () => {
    const { code, out } = cli(['doctor', '--help'])
    expect(code).to.equal(0)
    expect(out).to.include('--login').and.to.include('Exit codes')
  })

  it('where no app is: 4', () => {
    const { code, out } = cli(['doctor', freshDirectory(), '--format', 'json'])
    expect(code).to.equal(4)
    expect(JSON.parse(out).apps).to.deep.equal([])
  })

  it('that ask for what is not sure, or only for what is: --min-confidence', async () => {
    const refusal = refused([shop, '--min-confidence', 'hihg'])
    expect(refusal).to.include('Did you mean high')
  })

  it('that choose: --only, --skip, --fail-on', async () => {
    const env = { NODE_ENV: 'production', SECRET_KEY: 'short' }
    expect((await diagnose(shop, ['--only', 'secret-key-weak'], env)).ids).to.deep.equal(['DOC03'])
    const rest = await diagnose(shop, ['--skip', 'DOC03', '--fail-on', 'note'], { ...env, NODE_ENV: '' })
    expect(rest.ids).to.include('DOC04').and.not.to.include('DOC03')
    expect(rest.code).to.equal(1)
  })
})
