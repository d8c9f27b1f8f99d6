import type { PythonSetting } from '../facts/python.js'
import type { Facts } from '../facts.js'
import type { Found, Located, Rule } from '../finding.js'
import { manual } from '../wording/processes.js'
import { flaskApp, isTestFile, settingOf } from '../wording/python-commands.js'

const key = "app.secret_key = os.environ['SECRET_KEY']"

const rule: Rule = {
  id: 'PYX04',
  slug: 'session-config',
  step: 'store',
  standards: [],
  text: {
    summary: 'The session settings of Flask, and what they are called here.',
    why: 'Names are mostly the same, units are not always: a lifetime is given in seconds in the environment and in milliseconds to koa-session. Flask-Session writes its own format under the prefix `session:`, which is the prefix of this package too.',
    remedy:
      'Carry the settings over by the table that the finding shows; give the new app a prefix or a database number of its own.',
    exceptions: 'A note, but for a clash of prefixes in one Redis, which is an error.',
  },
  find: (facts) => {
    const settings = (facts.python?.settings ?? []).filter(
      (setting) => rows[setting.name] !== undefined && !isTestFile(setting),
    )
    const [first, ...others] = onePerName(settings)
    return first ? [mapping([first, ...others]), ...clash(facts)] : []
  },
  samples: {
    bad: [
      {
        name: 'a lifetime and a cookie flag',
        files: flaskApp(
          `${key}\napp.config['PERMANENT_SESSION_LIFETIME'] = 86400\napp.config['SESSION_COOKIE_SECURE'] = True`,
        ),
      },
      {
        name: 'Flask-Session in Redis',
        files: flaskApp(`${key}\napp.config['SESSION_TYPE'] = 'redis'`),
      },
    ],
    good: [{ name: 'no settings', files: flaskApp(key) }],
  },
}

export default rule

/** What each setting becomes: the variable, which sharedSession() reads, or the option. */
const rows: Readonly<Record<string, string>> = {
  SESSION_TYPE: 'SESSION_STORE: redis or file',
  SESSION_REDIS: 'SESSION_REDIS_URL or REDIS_URL, as redis://…',
  SESSION_USE_SIGNER: 'always on; leave it out',
  SESSION_KEY_PREFIX: 'SESSION_KEY_PREFIX, but another value (see the finding about it)',
  SESSION_PERMANENT: 'SESSION_PERMANENT; false is the default, and the life on the server holds either way',
  PERMANENT_SESSION_LIFETIME:
    'PERMANENT_SESSION_LIFETIME in seconds, as before; maxAge of koa-session would be milliseconds',
  SESSION_COOKIE_NAME: 'SESSION_COOKIE_NAME; the default in production is __Host-session',
  SESSION_COOKIE_SECURE: 'SESSION_COOKIE_SECURE; true is the default in production',
  SESSION_COOKIE_HTTPONLY: 'always on; false is refused',
  SESSION_COOKIE_SAMESITE: 'SESSION_COOKIE_SAMESITE; lax is the default',
  SESSION_COOKIE_DOMAIN: 'SESSION_COOKIE_DOMAIN',
  SESSION_COOKIE_PATH: 'SESSION_COOKIE_PATH',
  SESSION_REFRESH_EACH_REQUEST: 'SESSION_ROLLING',
  SESSION_FILE_DIR: 'SESSION_FILE_DIR',
  SESSION_FILE_THRESHOLD:
    'SESSION_FILE_THRESHOLD; here it only starts a clean-up of what has expired, live sessions stay',
  SESSION_FILE_MODE: 'files are 0600; leave it out',
  trusted_proxy: 'app.proxy = true, and app.maxIpsCount = 1',
  x_proto: 'app.proxy = true, and app.maxIpsCount = 1',
  x_for: 'app.proxy = true, and app.maxIpsCount = 1',
  forwarded_allow_ips: 'app.proxy = true, with the port of the app closed to others',
}

function onePerName(settings: readonly PythonSetting[]): readonly PythonSetting[] {
  return [...new Map(settings.toReversed().map((setting) => [setting.name, setting])).values()].reverse()
}

function mapping(settings: readonly [PythonSetting, ...PythonSetting[]]): Found {
  const [first, ...others] = settings
  const at: readonly [Located, ...Located[]] = [{ place: first.place }, ...others.map(({ place }) => ({ place }))]
  return {
    severity: 'note',
    confidence: 'high',
    title: `${settings.length === 1 ? 'one session setting' : `${settings.length} session settings`} of Flask to carry over`,
    why: 'sharedSession() reads most of them from the environment under the same names; some have another unit or are always on.',
    do: settings.map(({ name }) => `${name}: ${rows[name] ?? ''}`).join('\n'),
    at,
    fix: manual,
  }
}

/** Flask-Session and this package both begin their keys with `session:`. */
function clash(facts: Facts): Found[] {
  const type = settingOf(facts, 'SESSION_TYPE')
  const prefix = settingOf(facts, 'SESSION_KEY_PREFIX')
  if (type?.value !== 'redis' || isTestFile(type)) return []
  if (prefix && prefix.value !== 'session:' && prefix.fallback !== 'session:') return []
  const place = (prefix ?? type).place
  return [
    {
      severity: 'error',
      confidence: 'medium',
      title: 'both apps would keep sessions under session: in one Redis',
      why: 'Flask-Session writes MessagePack (pickle in older versions) under the same prefix. While both run on one Redis, each finds what it cannot read.',
      do: 'Give the new app its own: SESSION_KEY_PREFIX=koa: , or another database number in REDIS_URL (redis://…/1).',
      at: [{ place }],
      fix: manual,
    },
  ]
}
