import { expect } from 'chai'
import { settingsSecrets } from '../../lib/audit/settings-secrets.js'

describe('secrets of settings', () => {
  const none: Record<string, readonly [file: string, text: string]> = {
    'where nginx passes requests to': ['nginx.conf', 'location / {\n  proxy_pass http://127.0.0.1:3000;\n}\n'],
    'where nginx passes FastCGI to': ['nginx.conf', 'fastcgi_pass unix:/run/app.sock;\n'],
    'an address without credentials': ['.env', 'AUTH=https://login.example.com:8443/\n'],
    'the variable that Python asks for': ['app.py', "app.secret_key = os.environ['FLASK_SESSION_KEY']\n"],
    'the same by a method': ['app.py', 'app.config["SECRET_KEY"] = os.environ.get("APP_TOKEN_SECRET")\n'],
    'the same among arguments': ['app.py', 'app.config.from_mapping(SECRET_KEY=os.getenv("APP_SECRET"))\n'],
    'a name of an environment': ['settings.yaml', 'token: production\nsecret: test\n'],
  }
  for (const [name, [file, text]] of Object.entries(none))
    it(`are not ${name}`, async () => {
      expect(await settingsSecrets(file, text)).to.deep.equal([])
    })

  it('are what Python falls back to', async () => {
    const found = await settingsSecrets('app.py', 'MAIL_PASSWORD = os.environ.get("MAIL_PASSWORD") or "hunter22"\n')
    expect(found).to.deep.equal(['hunter22'])
  })

  it('are texts of Python', async () => {
    expect(await settingsSecrets('app.py', "app.config.from_mapping(SECRET_KEY='kLw93dd0')\n")).to.include('kLw93dd0')
  })

  const some: Record<string, string> = {
    'an address with a password': 'AUTH=https://user:p4ssw0rd@login.example.com',
    'an address with a path, which may be a token': 'SLACK_TOKEN=https://hooks.example.com/services/T0/B0/x9y8',
    'a password by a short name': 'DB_PASS=hunter2',
  }
  for (const [name, text] of Object.entries(some))
    it(`are ${name}`, async () => {
      expect(await settingsSecrets('.env', `${text}\n`)).to.include(text.slice(text.indexOf('=') + 1))
    })
})
