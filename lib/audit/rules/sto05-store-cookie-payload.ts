import type { Rule } from '../finding.js'
import { replaceFix, replaceText } from '../wording/replace-session.js'
import { koaApp } from '../wording/samples.js'

const rule: Rule = {
  id: 'STO05',
  slug: 'store-cookie-payload',
  step: 'store',
  standards: ['OWASP ASVS 5.0 3.3.5', 'OWASP ASVS 5.0 7.4.1'],
  text: {
    summary: 'The session is in the cookie itself.',
    why: 'This works with any number of workers as long as the key is the same. It has limits: at most 4096 bytes, the visitor can read it, a logout cannot take back a copy, and two parallel requests overwrite each other.',
    remedy:
      'Nothing has to change. For sessions on the server, which can be ended and are not sent along, put `sharedSession()` in its place.',
    exceptions: 'A cookie that is not signed either is an error: anybody can write it.',
  },
  find: (facts, topology) =>
    facts.sessions
      .filter(({ store, library }) => store.kind === 'cookie' && library !== 'koa-shared-session')
      .map((session) => {
        const forgeable = session.signed === false
        return {
          severity: forgeable ? 'error' : 'note',
          confidence: 'high',
          title: forgeable ? 'the session is in a cookie that anybody can write' : 'the session is in the cookie',
          why: forgeable
            ? 'It is not signed: a visitor who edits the cookie is whoever he says he is.'
            : 'It works with any number of workers that share the key. It cannot be ended from the server, is readable, and holds at most 4096 bytes.',
          do: `${forgeable ? 'Sign it, or keep sessions on the server.' : 'Nothing has to change. For sessions that a logout really ends:'}\n${replaceText(session, facts, topology)}`,
          at: [{ place: session.place }],
          fix: replaceFix(session, facts, topology),
        }
      }),
  samples: {
    bad: [
      { name: 'koa-session', files: koaApp('app.use(session(app))') },
      { name: 'unsigned', files: koaApp('app.use(session({ signed: false }, app))') },
    ],
    good: [{ name: 'a store', files: koaApp("app.use(session({ store: require('koa-redis')({}) }, app))") }],
  },
}

export default rule
