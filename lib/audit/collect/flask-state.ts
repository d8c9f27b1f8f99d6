import type { LocalStateFact } from '../facts/local-state.js'
import { type Place, Places } from '../place.js'
import type { Project } from '../project/project.js'

const beside = /(^|\/)(tests?|migrations|alembic|docs|venv|site-packages)\/|(^|\/)(test_[^/]*|conftest|setup)\.py$/

/** State of a Flask app that each worker has for itself: who is logged in, in a dictionary, and the counts of a limiter. */
export function flaskState(project: Project): LocalStateFact[] {
  const files = project.files.filter((file) => file.endsWith('.py') && !beside.test(file))
  const texts = files.map((file) => ({ file, text: project.text(file) ?? '' }))
  const stored = texts.some(({ text }) => /RATELIMIT_STORAGE_UR[IL]/.test(text))
  return texts.flatMap(({ file, text }) => [...logins(file, text), ...(stored ? [] : limiters(file, text))])
}

const dictionary =
  /^(\w*(?:sess|login|logged|token|active_users|online_users)\w*)\s*(?::[^=\n]+)?=\s*(?:\{\}|dict\(|defaultdict\()/gim

/** What says who asks: a cookie, a header, Flask's own session. */
const asks = /request\.(?:cookies|headers)|\bsession\s*[[.]/

/** `sessions = {}` of the module, filled in a function, in a file that looks at who asks. */
function logins(file: string, text: string): LocalStateFact[] {
  if (!asks.test(text)) return []
  return [...text.matchAll(dictionary)].flatMap(({ 0: whole, 1: name = '', index }) => {
    if (!new RegExp(`^[ \\t]+(?:.*\\s)?${name}\\[[^\\]\\n]+\\]\\s*=[^=]`, 'm').test(text)) return []
    const place = new Places(file, text).at(index, index + whole.length)
    return [
      {
        ...common,
        kind: 'request-state',
        what: `${name}, a dictionary of this module`,
        place,
        carriesLogin: true,
        identity: true,
      },
    ]
  })
}

/** Flask-Limiter counts in memory where it is given no storage. */
function limiters(file: string, text: string): LocalStateFact[] {
  const call = /\bLimiter\((?:[^()]|\([^()]*\))*\)/.exec(text)
  if (call === null || !/flask_limiter/.test(text) || /storage_uri\s*=(?!\s*["']memory)/.test(call[0])) return []
  const place: Place = new Places(file, text).at(call.index, call.index + call[0].length)
  return [
    { ...common, kind: 'rate-limit', what: 'the counts of Flask-Limiter, in memory', place, library: 'flask-limiter' },
  ]
}

const common = {
  confidence: 'medium',
  identity: false,
  carriesLogin: false,
  library: undefined,
  uses: [],
} as const
