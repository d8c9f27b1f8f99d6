import { type CommitRules, commit, type Stored, storedOf } from '../core/commit.js'
import { parseData, serializeData } from '../core/data.js'
import { create } from '../core/exchange.js'
import { laterWriter } from '../core/merge.js'
import { storageKey } from '../core/session-id.js'
import type { Store } from '../core/store.js'

/** The `store` option of koa-session. */
export interface ExternalStore {
  get(id: string, maxAge?: number | 'session', context?: { ctx?: object }): Promise<object | undefined>
  set(id: string, session: object, maxAge?: number | 'session', context?: { ctx?: object }): Promise<void>
  destroy(id: string): Promise<void>
}

const oneDay = 86_400_000

/**
 * A store of ours under plain koa-session: `session({ store: externalStore(redisStore({ redis })) }, app)`. Ids are
 * hashed, parallel requests are merged, and a session that was destroyed is not written again by a request that had
 * read it before.
 */
export function externalStore(store: Store): ExternalStore {
  const read = new WeakMap<object, Map<string, Stored>>()
  const remember = (ctx: object | undefined, key: string, stored: Stored) => {
    if (!ctx) return
    const known = read.get(ctx) ?? new Map<string, Stored>()
    read.set(ctx, known.set(key, stored))
  }
  return {
    async get(id, _maxAge, context) {
      const key = storageKey(id)
      const entry = await store.read(key)
      const stored = entry && storedOf(entry)
      if (!stored) return undefined
      remember(context?.ctx, key, stored)
      return parseData(stored.record.json)
    },
    async set(id, session, maxAge, context) {
      const key = storageKey(id)
      const rules = rulesFor(typeof maxAge === 'number' ? maxAge : oneDay)
      const json = serializeData(session)
      const known = context?.ctx && read.get(context.ctx)?.get(key)
      const base = known ?? (await latest(store, key))
      if (!base) {
        remember(context?.ctx, key, await create({ store, key }, newRecord(json, rules), rules))
        return
      }
      const outcome = await commit(
        store,
        { key, base, json, life: { life: rules.policy.lifetime, ownLife: false } },
        rules,
      )
      if ('stored' in outcome) remember(context?.ctx, key, outcome.stored)
    },
    destroy: (id) => store.remove(storageKey(id)),
  }
}

/** koa-session stamps each save with its own deadline, so the absolute lifetime is its affair. */
function rulesFor(lifetime: number): CommitRules {
  return {
    policy: { lifetime, absoluteLifetime: Number.MAX_SAFE_INTEGER / 2, rolling: false },
    resolve: laterWriter,
    now: Date.now,
    tellConflict: () => undefined,
    giveWay: () => undefined,
  }
}

function newRecord(json: string, { policy, now }: CommitRules) {
  return { created: now(), saved: now(), life: policy.lifetime, ownLife: false, successor: undefined, json }
}

// A caller that did not read first has no base; what is there now is the best one.
async function latest(store: Store, key: string): Promise<Stored | undefined> {
  const entry = await store.read(key)
  return entry && storedOf(entry)
}
