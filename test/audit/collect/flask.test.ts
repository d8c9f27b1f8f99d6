import { expect } from 'chai'
import { topologyOf } from '../../../lib/audit/topology-of.js'
import { appOf, appsOf, type Files, koaApp, packageJson, secretsIn, verdictIn } from './small-app.js'

const flask = (lines: string, more: Files = {}): Files => ({
  'requirements.txt': 'flask==3.0.0\nFlask-Session==0.8.0\n',
  'app.py': `import os, secrets\nfrom flask import Flask, session\n\napp = Flask(__name__)\n${lines}\n`,
  ...more,
})

const nothingWanted = { workers: undefined, hosts: undefined, store: undefined }

const key = "app.config['SECRET_KEY'] = os.environ['SECRET_KEY']"
const mounted = 'from flask_session import Session\nSession(app)'

describe('the key of a Flask app', () => {
  const keys: Readonly<Record<string, readonly [string, readonly string[], string]>> = {
    'from the environment': ["os.environ['SECRET_KEY']", ['env app.py:5'], 'ready'],
    'from the environment with a text as default': [
      "os.environ.get('SECRET_KEY', 'dev')",
      ['env-with-default app.py:5'],
      'ready',
    ],
    'at random': ['os.urandom(24)', ['random app.py:5'], 'breaks'],
    'at random where the variable is unset': [
      "os.environ.get('SECRET_KEY', os.urandom(24))",
      ['env app.py:5', 'random app.py:5'],
      'breaks',
    ],
    'at random after or': [
      "os.getenv('SECRET_KEY') or secrets.token_hex(32)",
      ['env app.py:5', 'random app.py:5'],
      'breaks',
    ],
    'at random, in letters': [
      "os.environ.get('SECRET_KEY', default=str(uuid.uuid4()))",
      ['env app.py:5', 'random app.py:5'],
      'breaks',
    ],
  }
  for (const [what, [value, expected, verdict]] of Object.entries(keys))
    it(`is ${what}`, async () => {
      const found = await appOf(flask(`app.config['SECRET_KEY'] = ${value}`))
      expect(secretsIn(found)).to.deep.equal(expected)
      expect(verdictIn(found).sessions).to.equal(verdict)
    })

  it('is what another file gives the name', async () => {
    const given = (config: string) =>
      appOf(
        flask('app.secret_key = Settings.KEY', {
          'settings.py': `import os, secrets\n\nclass Settings:\n    ${config}\n`,
        }),
      )
    const random = await given('KEY = secrets.token_hex(32)')
    expect(secretsIn(random)).to.deep.equal(['random settings.py:4'])
    expect(verdictIn(random).sessions).to.equal('breaks')
    expect(secretsIn(await given("KEY = os.environ.get('KEY', 'dev')"))).to.deep.equal([
      'env-with-default settings.py:4',
    ])
    expect(secretsIn(await given("OTHER = 'x'"))).to.deep.equal(['config-file app.py:5'])
    expect(verdictIn(await given("OTHER = 'x'")).sessions).to.equal('ready')
  })

  it('is not that of a script beside the app', async () => {
    const script = {
      'scripts/seed.py': "from flask import Flask\napp = Flask('seed')\napp.config['SECRET_KEY'] = 'seed'\n",
    }
    expect(secretsIn(await appOf(flask(key, script)))).to.deep.equal(['env app.py:5'])
    expect(secretsIn(await appOf(flask('', script)))).to.deep.equal(['literal scripts/seed.py:3'])
  })

  it('is made once where Gunicorn loads the app before it forks', async () => {
    const files = flask('app.secret_key = os.urandom(24)', {
      'gunicorn.conf.py': 'workers = 4\npreload_app = True\n',
    })
    expect(verdictIn(await appOf(files)).sessions).to.equal('ready')
    const flag = flask('app.secret_key = os.urandom(24)', { Procfile: 'web: gunicorn app:app --preload -w 4\n' })
    expect(verdictIn(await appOf(flag)).sessions).to.equal('ready')
  })
})

describe('where Flask keeps sessions', () => {
  const stores: Readonly<Record<string, readonly [string, string, string]>> = {
    'in the cookie': ['', 'cookie', 'ready'],
    'in the cookie, though a type is written, for nothing mounts Flask-Session': [
      "app.config['SESSION_TYPE'] = 'filesystem'",
      'cookie',
      'ready',
    ],
    'in files': [`app.config['SESSION_TYPE'] = 'filesystem'\n${mounted}`, 'file', 'ready'],
    'in Redis': [`app.config['SESSION_TYPE'] = 'redis'\n${mounted}`, 'redis', 'ready'],
    'in Redis by default': [
      `app.config['SESSION_TYPE'] = os.environ.get('SESSION_TYPE', 'redis')\n${mounted}`,
      'redis',
      'ready',
    ],
    'in memory, by a cache of cachelib': [
      `from cachelib import SimpleCache\napp.config['SESSION_TYPE'] = 'cachelib'\napp.config['SESSION_CACHELIB'] = SimpleCache()\n${mounted}`,
      'memory',
      'breaks',
    ],
    'in files, by a cache of cachelib': [
      `from cachelib.file import FileSystemCache\napp.config['SESSION_TYPE'] = 'cachelib'\napp.config['SESSION_CACHELIB'] = FileSystemCache(cache_dir='s')\n${mounted}`,
      'file',
      'ready',
    ],
    'in memory, simply': [`app.config.update(SESSION_TYPE='simple')\n${mounted}`, 'memory', 'breaks'],
    nowhere: [`app.config['SESSION_TYPE'] = 'null'\n${mounted}`, 'none', 'undecided'],
    somewhere: [`app.config['SESSION_TYPE'] = settings.kind\n${mounted}`, 'unknown', 'undecided'],
  }
  for (const [what, [lines, kind, verdict]] of Object.entries(stores))
    it(what, async () => {
      const found = await appOf(flask(`${key}\n${lines}`))
      expect(found.sessions.map(({ store }) => store.kind)).to.deep.equal([kind])
      expect(verdictIn(found).sessions).to.equal(verdict)
    })

  it('in a dictionary of the module that a cookie’s id is looked up in', async () => {
    const found = await appOf(
      flask(`${key}
sessions = {}

@app.route('/login', methods=['POST'])
def login():
    token = secrets.token_hex()
    sessions[token] = request.form['user']
    return token

@app.route('/me')
def me():
    return sessions.get(request.cookies.get('token'))`),
    )
    expect(found.localState.map(({ place, carriesLogin }) => [place.line, carriesLogin])).to.deep.equal([[6, true]])
    expect(verdictIn(found).sessions).to.equal('breaks')
  })

  it('is not changed by a dictionary that is only read', async () => {
    const found = await appOf(flask(`${key}\nusers = {'ann': 'x'}\n\ndef me():\n    return users[session['user']]`))
    expect(verdictIn(found).sessions).to.equal('ready')
  })
})

describe('the cookie of a Flask app', () => {
  it('is as its settings say', async () => {
    const found = await appOf(
      flask(
        `${key}\napp.config.update(\n    SESSION_COOKIE_HTTPONLY=True,\n    SESSION_COOKIE_SECURE=False,\n    SESSION_COOKIE_SAMESITE='Lax',\n    SESSION_COOKIE_NAME='shop',\n    PERMANENT_SESSION_LIFETIME=timedelta(minutes=30),\n)`,
      ),
    )
    const { cookie } = found.sessions[0] ?? {}
    expect(cookie?.httpOnly).to.deep.include({ value: true })
    expect(cookie?.secure).to.deep.include({ value: false })
    expect(cookie?.sameSite).to.deep.include({ value: 'Lax' })
    expect(cookie?.key).to.deep.include({ value: 'shop' })
    expect(cookie?.maxAge).to.deep.include({ value: { expression: 'timedelta(minutes=30)' } })
    expect(cookie?.httpOnly?.place.line).to.equal(7)
  })
})

describe('the processes of a Flask app', () => {
  const counts = async (files: Files) =>
    (await appOf(files)).processes.map(({ kind, count, place }) => [kind, count, `${place.file}:${place.line}`])

  it('are what gunicorn.conf.py says, with nothing beside it', async () => {
    expect(await counts(flask(key, { 'gunicorn.conf.py': 'bind = ":8000"\nworkers = 3\n' }))).to.deep.equal([
      ['cluster', 3, 'gunicorn.conf.py:2'],
    ])
  })

  it('are one for each CPU by it', async () => {
    const text = 'import multiprocessing\nworkers = multiprocessing.cpu_count() * 2 + 1\n'
    expect(await counts(flask(key, { 'gunicorn.conf.py': text }))).to.deep.equal([
      ['cluster', 'cpus', 'gunicorn.conf.py:2'],
    ])
  })

  it('are counted once where a command reads it', async () => {
    const files = flask(key, { 'gunicorn.conf.py': 'workers = 3\n', Procfile: 'web: gunicorn app:app\n' })
    expect(await counts(files)).to.have.length(1)
  })
})

describe('a limiter of a Flask app', () => {
  it('counts in memory where it is given no storage', async () => {
    const limiter = 'from flask_limiter import Limiter\nlimiter = Limiter(get_remote_address, app=app)'
    const found = await appOf(flask(`${key}\n${limiter}`))
    expect(found.localState.map(({ kind, place }) => [kind, place.line])).to.deep.equal([['rate-limit', 7]])
    expect(verdictIn(found)).to.include({ sessions: 'ready', app: 'degrades' })
  })

  it('counts in Redis where it is told', async () => {
    const limiter =
      "from flask_limiter import Limiter\nlimiter = Limiter(get_remote_address, app=app, storage_uri='redis://r')"
    expect((await appOf(flask(`${key}\n${limiter}`))).localState).to.deep.equal([])
    const setting = `app.config['RATELIMIT_STORAGE_URI'] = 'redis://r'\nfrom flask_limiter import Limiter\nlimiter = Limiter(app)`
    expect((await appOf(flask(`${key}\n${setting}`))).localState).to.deep.equal([])
  })
})

describe('a Flask app that calls what nobody follows', () => {
  it('has a key of which nothing is known, and no flag by the name of the call', async () => {
    const facts = await appOf(
      flask(
        "app.config['SECRET_KEY'] = read_key(store) or make_key()\napp.config['SESSION_COOKIE_HTTPONLY'] = flag('x')",
      ),
    )
    expect(secretsIn(facts)).to.deep.equal(['unknown app.py:5'])
    expect(facts.sessions[0]?.cookie.httpOnly?.value).to.deep.equal({ expression: 'flag()' })
    expect(verdictIn(facts).sessions).to.equal('undecided')
  })
})

describe('a Flask app with a session interface of its own', () => {
  const kept = async (name: string) =>
    (await appOf(flask(`${key}\napp.session_interface = ${name}(app)`))).sessions.map(({ store }) => store.kind)

  it('keeps sessions where its name tells', async () => {
    expect(await kept('RedisSessionInterface')).to.deep.equal(['redis'])
    expect(await kept('CachingSessionInterface')).to.deep.equal(['unknown'])
    expect(await kept('SecureCookieSessionInterface')).to.deep.equal(['cookie'])
  })
})

describe('a Flask app whose cookie is Secure', () => {
  it('sets it behind any proxy', async () => {
    const nginx = 'server {\n  listen 443 ssl;\n  location / {\n    proxy_pass http://127.0.0.1:8000;\n  }\n}\n'
    const facts = await appOf(flask(`${key}\napp.config['SESSION_COOKIE_SECURE'] = True`, { 'nginx.conf': nginx }))
    expect(facts.proxies).to.have.length(1)
    expect(verdictIn(facts).sessions).to.equal('ready')
  })
})

describe('a Flask app beside a Koa app', () => {
  const below = (dir: string, files: Files) =>
    Object.fromEntries(Object.entries(files).map(([file, text]) => [`${dir}/${file}`, text]))
  const flaskFiles = {
    ...flask(key),
    'gunicorn.conf.py': 'workers = 3\nthreads = 2\n',
    'run.py': 'from waitress import serve\nserve(app, threads=8)\n',
    Dockerfile: 'FROM python:3\nCMD ["gunicorn", "app:app"]\n',
  }
  const koaFiles = koaApp('app.keys = [process.env.KEY]\napp.use(session(app))')

  for (const [where, files] of Object.entries({
    'in a directory of its own each': { ...below('web', koaFiles), ...below('ml', flaskFiles) },
    'below it': { ...koaFiles, ...below('ml', flaskFiles) },
  }))
    it(`is an app of its own, ${where}`, async () => {
      const [koa, python, ...more] = await appsOf(files)
      expect(more).to.deep.equal([])
      expect(koa?.framework.name).to.equal('koa')
      expect([koa?.python, koa?.threads, koa?.containers]).to.deep.equal([undefined, [], []])
      expect([python?.framework.name, python?.app.dir, python?.app.name]).to.deep.equal(['flask', 'ml', 'ml'])
      expect(python?.processes.map(({ count }) => count)).to.include(3)
      expect(python?.threads.map(({ count }) => count)).to.deep.equal([2])
      expect(python?.secrets.map(({ place }) => place.file)).to.deep.equal(['ml/app.py'])
    })

  it('is an app of its own in the very directory, each with what starts it', async () => {
    const manifest = {
      'package.json': packageJson({ koa: '2', 'koa-session': '6' }, { scripts: { start: 'node app.js' } }),
    }
    const random =
      'import os\nfrom flask import Flask, session\napp = Flask(__name__)\napp.secret_key = os.urandom(24)\n@app.route("/")\ndef home():\n  session["n"] = 1\n'
    const procfile = 'web: gunicorn app:app --workers 3 --threads 2\n'
    const [koa, python, ...more] = await appsOf({ ...koaFiles, ...manifest, 'app.py': random, Procfile: procfile })
    expect(more).to.deep.equal([])
    expect([koa?.framework.name, koa?.python, koa?.threads]).to.deep.equal(['koa', undefined, []])
    expect(koa?.processes.map(({ said }) => said)).to.deep.equal(['"start": node app.js'])
    expect(koa && verdictIn(koa).sessions).to.equal('ready')
    expect(python?.framework.name).to.equal('flask')
    expect(python?.processes.map(({ count }) => count)).to.deep.equal([3])
    expect(python && verdictIn(python).sessions).to.equal('breaks')
  })

  it('is one of two, where each has packages of its own', async () => {
    const other = { ...flask('app.secret_key = os.urandom(24)'), Dockerfile: 'FROM python:3\nCMD ["flask", "run"]\n' }
    const apps = await appsOf({ ...below('web', flaskFiles), ...below('admin', other) })
    expect(apps.map(({ app }) => app.dir)).to.deep.equal(['admin', 'web'])
    expect(apps.map((facts) => verdictIn(facts).sessions)).to.deep.equal(['breaks', 'ready'])
  })

  it('is none where a Koa app only has a script in Python', async () => {
    const script = 'from flask import Flask\napp = Flask(__name__)\n'
    expect(await appsOf({ ...koaFiles, 'scripts/mock.py': script })).to.have.lengthOf(1)
  })

  it('may be the root, with the Koa app below', async () => {
    const apps = await appsOf({ ...flaskFiles, ...below('web', koaFiles) })
    expect(apps.map(({ app, framework }) => `${framework.name} ${app.dir}`)).to.deep.equal(['koa web', 'flask .'])
    expect(apps[1]?.secrets.map(({ place }) => place.file)).to.deep.equal(['app.py'])
  })

  it('is the only one looked at where people ask for it', async () => {
    const files = { ...below('web', koaFiles), ...below('ml', flaskFiles) }
    expect((await appsOf(files, { workspace: 'ml' })).map(({ app }) => app.dir)).to.deep.equal(['ml'])
  })
})

describe('a Flask app that keeps no session', () => {
  const plain = (lines: string, imports = 'Flask, jsonify, request'): Files => ({
    'requirements.txt': 'flask==3.0.0\n',
    'app.py': `import secrets\nfrom flask import ${imports}\nfrom flask_cors import CORS\n\napp = Flask(__name__)\napp.secret_key = secrets.token_hex()\n${lines}\n`,
  })

  it('breaks by no key: nothing is signed', async () => {
    const found = await appOf(plain('db.session.add(token)'))
    expect(found.sessions).to.deep.equal([])
    expect(verdictIn(found).sessions).to.equal('ready')
  })

  const kept: Readonly<Record<string, Files>> = {
    'by the session': plain("session['user'] = 1", 'Flask, session'),
    'by the session of several lines': plain("session['user'] = 1", '(\n    Flask,\n    session,\n)'),
    'by a message for the next page': plain("flash('saved')", 'Flask, flash'),
    'by an extension': plain('from flask_login import LoginManager\nLoginManager(app)'),
    'by an extension that nobody knows': plain('from flask_vault import Vault\nVault(app)'),
  }
  for (const [what, files] of Object.entries(kept))
    it(`is another thing where it keeps one ${what}`, async () => {
      expect(verdictIn(await appOf(files)).sessions).to.equal('breaks')
    })
})

describe('Gunicorn, as files tell of it', () => {
  const app = flask(key)
  const workers = async (more: Files) => topologyOf(await appOf({ ...app, ...more }), nothingWanted).now.count

  it('counts by a variable that the image sets', async () => {
    const image = 'FROM python:3.12\nENV WORKERS=3\nCMD ["sh", "-c", "exec gunicorn --workers ${WORKERS} app:app"]\n'
    expect(await workers({ Dockerfile: image })).to.equal(3)
    expect(await workers({ Dockerfile: image.replace('ENV WORKERS=3\n', '') })).to.equal(null)
    expect(await workers({ Dockerfile: image.replace('${WORKERS}', '${WORKERS:-2}') })).to.equal(3)
  })

  it('finds the app behind a flag that takes no value', async () => {
    const found = await appOf({ ...app, Procfile: "web: gunicorn -w 4 --preload 'app:create_app()'\n" })
    expect(found.commands[0]?.script).to.equal('app:create_app()')
  })

  it('may have its settings in a file of any name', async () => {
    const settings = "import os\nworkers = int(os.environ.get('PROCESSES', '3'))\nforwarded_allow_ips = '*'\n"
    expect(await workers({ 'config.py': settings })).to.equal(3)
    expect(await workers({ 'config.py': settings, Procfile: 'web: gunicorn app:app -w 2\n' })).to.equal(2)
    expect(await workers({ 'config.py': settings.replace('forwarded_allow_ips', 'colour') })).to.equal(1)
  })
})

describe('a key that a start gives', () => {
  const variable = async (more: Files) =>
    (await appOf(flask(key, more))).variables.map(
      ({ name, value, place: { file, line } }) => `${name}=${value} ${file}:${line}`,
    )

  it('stands in the script that starts the server', async () => {
    const script = "#!/bin/sh\nexport SECRET_KEY='s3cret'\nexport HOME_DIR=$HOME\ngunicorn app:app\n"
    expect(await variable({ 'run.sh': script })).to.deep.equal(['SECRET_KEY=s3cret run.sh:2'])
    expect(await variable({ 'run.sh': script.replace('gunicorn app:app', 'ls') })).to.deep.equal([])
  })

  it('stands in what Gunicorn gives its workers', async () => {
    const settings = 'workers = 5\nraw_env = [\n    "MODE=live",\n    "SECRET_KEY=s3cret",\n]\n'
    expect(await variable({ 'gunicorn.conf.py': settings })).to.deep.equal([
      'MODE=live gunicorn.conf.py:3',
      'SECRET_KEY=s3cret gunicorn.conf.py:4',
    ])
  })
})
