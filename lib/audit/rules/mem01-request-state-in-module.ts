import type { LocalStateFact } from '../facts/local-state.js'
import type { Facts } from '../facts.js'
import type { Found, Rule } from '../finding.js'
import type { Topology } from '../topology.js'
import { oneIn } from '../wording/places.js'
import { inProcesses, manual, processCount, severityFor } from '../wording/processes.js'
import { server } from '../wording/server-samples.js'

const rule: Rule = {
  id: 'MEM01',
  slug: 'request-state-in-module',
  step: 'state',
  standards: [],
  text: {
    summary: 'One request leaves something in a variable of the module, and another request looks for it there.',
    why: 'Each process has a variable of its own. What one worker was told, the others do not know, and a restart empties it.',
    remedy:
      'What belongs to one visitor goes into `ctx.session`. What all visitors share goes into the database or into Redis.',
    exceptions:
      'Caches that every process fills for itself are no finding, and neither are variables filled once at start, nor lists of connections that only their own process uses. Where what is kept may differ from process to process, ignore the line and give the reason.',
  },
  find: (facts, topology) =>
    facts.localState.filter(({ kind }) => kind === 'request-state').map((state) => found(state, facts, topology)),
  samples: {
    bad: [
      {
        name: 'a captcha that the login checks',
        files: server(`const captchas = {}
router.get('/captcha', (ctx) => {
  captchas[ctx.ip] = draw()
  ctx.body = picture(captchas[ctx.ip])
})
router.post('/login', (ctx) => {
  ctx.assert(captchas[ctx.ip] === ctx.query.captcha, 400)
})`),
      },
      {
        name: 'users of the session in a list',
        files: server(`const users = []
router.post('/register', (ctx) => {
  users.push({ id: users.length, name: ctx.query.name })
  ctx.session.userId = users.length - 1
})
router.get('/me', (ctx) => {
  ctx.body = users.find((user) => user.id === ctx.session.userId)
})`),
      },
    ],
    good: [
      {
        name: 'a cache that each process fills',
        files: server(`const rendered = {}
router.get('/help/:page', async (ctx) => {
  if (!rendered[ctx.params.page]) rendered[ctx.params.page] = await render(ctx.params.page)
  ctx.body = rendered[ctx.params.page]
})`),
      },
      {
        name: 'a table filled at start',
        files: server(`const handlers = {}
for (const name of ['a', 'b']) handlers[name] = require('./' + name)
router.get('/:name', (ctx) => handlers[ctx.params.name](ctx))`),
      },
      {
        name: 'the captcha in the session',
        files: server(`router.get('/captcha', (ctx) => {
  ctx.session.captcha = draw()
})
router.post('/login', (ctx) => {
  ctx.assert(ctx.session.captcha === ctx.query.captcha, 400)
})`),
      },
    ],
  },
}

export default rule

function found(state: LocalStateFact, facts: Facts, topology: Topology): Found {
  const name = state.what.split(',')[0] ?? state.what
  const [written, read] = state.uses
  return {
    severity: severityFor(topology, 'note', state.identity || state.carriesLogin ? 'error' : 'warning'),
    confidence: state.confidence,
    title: titleOf(state),
    why: whyOf(state, name, topology),
    do: doOf(state, name, facts),
    at: [
      { place: state.place },
      ...(written ? [{ place: written, note: 'written here' }] : []),
      ...(read ? [{ place: read, note: 'read here' }] : []),
    ],
    fix: manual,
  }
}

function titleOf({ carriesLogin, admits, what }: LocalStateFact): string {
  if (carriesLogin) return `who is logged in is kept in ${what}`
  return admits ? `a login needs ${what}` : `requests share ${what}`
}

function whyOf(state: LocalStateFact, name: string, topology: Topology): string {
  const many = `With ${inProcesses(topology)} each has its own \`${name}\``
  if (state.carriesLogin)
    return `${many}: a login is seen by ${oneIn(processCount(topology))}, whatever store the session has, and a restart forgets all of them.`
  if (state.identity)
    return `${many}: what one request leaves there, the next one finds in ${oneIn(processCount(topology))} only.`
  return `${many}, so that answers depend on which one is asked, and a restart empties it.`
}

function doOf(state: LocalStateFact, name: string, { framework }: Facts): string {
  const session = sessionOf(framework.name)
  if (state.carriesLogin)
    return `Keep what \`${name}\` holds in the database, or in \`${session}\` what belongs to the visitor alone.`
  if (/cache|pages/i.test(name))
    return `Keep \`${name}\` in Redis, or tell the other processes when it must be emptied. Or let entries end by themselves after some seconds.`
  return `Keep what \`${name}\` holds in \`${session}\` where it belongs to one visitor, in the database or in Redis where all share it.`
}

/** What handlers call the session. */
function sessionOf(framework: string): string {
  if (framework === 'flask') return 'session'
  return /^(express|@?fastify|@nestjs)/.test(framework) ? 'req.session' : 'ctx.session'
}
