import type { LocalStateFact } from '../facts/local-state.js'
import type { Found, Rule } from '../finding.js'
import type { Topology } from '../topology.js'
import { oneIn } from '../wording/places.js'
import { inProcesses, manual, processCount, severityFor } from '../wording/processes.js'
import { server } from '../wording/server-samples.js'

const rule: Rule = {
  id: 'MEM06',
  slug: 'sso-state-in-memory',
  step: 'state',
  standards: [],
  text: {
    summary: 'What a sign-on needs from one request to the next is kept in the memory of one process.',
    why: 'A sign-on takes two requests at least: there and back. When they reach different processes, the second one finds nothing and the sign-on fails.',
    remedy: 'Keep it in the session, or give the library a store that all processes share.',
    exceptions: 'SAML that does not check InResponseTo keeps nothing. Options that cannot all be read are left alone.',
  },
  find: ({ localState }, topology) =>
    localState.filter(({ kind }) => kind === 'sign-on').map((state) => found(state, topology)),
  samples: {
    bad: [
      {
        name: 'oidc-provider without an adapter',
        files: server(`const { Provider } = require('oidc-provider')
const provider = new Provider('https://id.example', { clients: [] })
router.all('/oidc', provider.callback())`),
      },
      {
        name: 'OAuth verifiers in a Map',
        files: server(`const verifiers = new Map()
router.get('/oauth', (ctx) => {
  verifiers.set(ctx.query.state, verifier())
  ctx.redirect(authorize)
})
router.get('/oauth/callback', async (ctx) => {
  await exchange(ctx.query.code, verifiers.get(ctx.query.state))
})`),
      },
    ],
    good: [
      {
        name: 'oidc-provider with an adapter',
        files: server(`const { Provider } = require('oidc-provider')
new Provider('https://id.example', { adapter: RedisAdapter })`),
      },
      {
        name: 'the verifier in the session',
        files: server(`router.get('/oauth', (ctx) => {
  ctx.session.verifier = verifier()
  ctx.redirect(authorize)
})`),
      },
    ],
  },
}

export default rule

const remedies: Readonly<Record<string, string>> = {
  'passport-saml': 'Give the strategy a `cacheProvider` whose saveAsync, getAsync and removeAsync work on Redis.',
  '@node-saml/passport-saml':
    'Give the strategy a `cacheProvider` whose saveAsync, getAsync and removeAsync work on Redis.',
  'oidc-provider': 'Give the provider an `adapter` over Redis or your database; its documentation has one for Redis.',
  '@tus/server': 'Give the server a `locker` that all processes share, such as the RedisLocker or FileLocker of tus.',
}

function found(state: LocalStateFact, topology: Topology): Found {
  const [written, read] = state.uses
  const login = state.identity ? 'a sign-on' : 'an upload'
  const remedy = state.library && remedies[state.library]
  return {
    severity: severityFor(topology, 'note', 'error'),
    confidence: state.confidence,
    title: `${login} needs what one process keeps: ${state.what}`,
    why: `With ${inProcesses(topology)} the request that comes back finds it in ${oneIn(processCount(topology))}; in the others ${login} fails.`,
    do:
      remedy ??
      (state.library
        ? `Give ${state.library} a store that all processes share.`
        : `Keep it in \`ctx.session\` instead of \`${state.what.split(',')[0]}\`: it belongs to the visitor who began.`),
    at: [
      { place: state.place },
      ...(written ? [{ place: written, note: 'kept here' }] : []),
      ...(read ? [{ place: read, note: 'needed here' }] : []),
    ],
    fix: manual,
  }
}
