import type { Fields, PeerSession } from '../peer.js'

/** The half of a session that is the same wherever fields are properties of one object. */
export function fieldsOf(session: () => Fields): Pick<PeerSession, 'get' | 'set' | 'delete' | 'all'> {
  return {
    get: (name) => session()[name],
    set: (name, value) => {
      session()[name] = value
    },
    delete: (name) => {
      delete session()[name]
    },
    all: () => {
      const { cookie: _settings, __lastAccess: _stamp, ...fields } = JSON.parse(JSON.stringify(session()))
      return fields
    },
  }
}
