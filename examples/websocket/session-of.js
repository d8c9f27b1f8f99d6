import { ServerResponse } from 'node:http'

/**
 * Reads the session of a request that Koa never answers, such as an upgrade: a function of the request that answers the
 * session's fields. To read is all it can do: no response goes out that could carry a cookie.
 */
export function sessionReader(app, sessions) {
  return async (request) => {
    const ctx = app.createContext(request, new ServerResponse(request))
    let fields
    await sessions(ctx, async () => {
      fields = ctx.session.toJSON()
    })
    return fields
  }
}
