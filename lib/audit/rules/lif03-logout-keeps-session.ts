import type { RouteFact } from '../facts/lifecycle.js'
import type { Fix, Rule } from '../finding.js'
import { manual } from '../wording/processes.js'
import { server } from '../wording/server-samples.js'

const rule: Rule = {
  id: 'LIF03',
  slug: 'logout-keeps-session',
  step: 'state',
  standards: ['CWE-613', 'OWASP ASVS 5.0 7.4.1'],
  text: {
    summary: 'A logout clears a field and leaves the session with its id alive.',
    why: 'Whatever else the session holds is there for the next one who uses the browser, and the id of before still opens it. Who logs in next gets that same id.',
    remedy: 'End the session: `ctx.session = null`.',
    exceptions:
      'A handler that ends the session as well is no finding. Where other data must outlive the logout on purpose, ignore the line and give the reason.',
  },
  find: ({ logouts, sessions }) =>
    sessions.length === 0
      ? []
      : logouts.map((logout) => ({
          severity: 'warning',
          confidence: 'medium',
          title: 'the logout leaves the session alive',
          why: 'Only one field is cleared. What else is in the session stays for the next visitor at this browser, and the id stays valid.',
          do: isExpress(logout)
            ? `End the session: \`${logout.session}.session.destroy((error) => { … })\`.`
            : `End the session: \`${logout.session}.session = null\`.`,
          at: [{ place: logout.place }],
          fix: fixOf(logout),
        })),
  samples: {
    bad: [
      {
        name: 'a field is set to null',
        files: server(`router.get('/logout', async (ctx) => {
  ctx.session.user = null
  ctx.redirect('/')
})`),
      },
      {
        name: 'a field is deleted',
        files: server(`router.get('/logout', async (ctx) => {
  delete ctx.session.userId
  ctx.redirect('/')
})`),
      },
    ],
    good: [
      {
        name: 'the session is ended',
        files: server(`router.get('/logout', async (ctx) => {
  ctx.session.user = null
  ctx.session = null
  ctx.redirect('/')
})`),
      },
      {
        name: 'a field that is no login',
        files: server(`router.get('/cart/clear', async (ctx) => {
  ctx.session.cart = null
})`),
      },
    ],
  },
}

export default rule

const isExpress = ({ session }: RouteFact) => /^req/.test(session) || session === 'request'

function fixOf(logout: RouteFact): Fix {
  const { place, statement, session } = logout
  const alone = statement.start === place.start && statement.end - place.end <= 1
  if (!alone || isExpress(logout)) return manual
  const text = `${session}.session = null${statement.end > place.end ? ';' : ''}`
  return { grade: 'review', edits: [{ file: statement.file, start: statement.start, end: statement.end, text }] }
}
