import { IncomingMessage, type RequestListener, ServerResponse } from 'node:http'
import { respond } from './app.js'
import { bareKoa } from './contenders/bare-koa.js'
import { oursInMemory } from './contenders/ours.js'
import type { AnonymousResults } from './results.js'
import { median } from './rounds.js'

/**
 * What a request without a cookie costs: too little to be seen beside what a socket costs, so that this process serves
 * requests that come through none, on bare Koa and with sessions by turns.
 */
export async function measureAnonymous(rounds: number, requests: number): Promise<AnonymousResults> {
  const nowhere = { redis: '', directory: '' }
  const bare = await bareKoa.mount(nowhere, respond)
  const ours = await oursInMemory.mount(nowhere, respond)
  const times = { bare: [] as number[], ours: [] as number[] }
  for (const server of [bare, ours]) await timeOf(server, requests * 5)
  for (let round = 0; round < rounds; round += 1) {
    times.bare.push(await timeOf(bare, requests))
    times.ours.push(await timeOf(ours, requests))
  }
  return { bare: median(times.bare), above: median(times.ours.map((time, round) => time - (times.bare[round] ?? 0))) }
}

/** µs for each request. */
async function timeOf(server: RequestListener, requests: number): Promise<number> {
  const start = performance.now()
  for (let request = 0; request < requests; request += 1) await ask(server)
  return ((performance.now() - start) * 1000) / requests
}

async function ask(server: RequestListener): Promise<void> {
  const request: IncomingMessage = Reflect.construct(IncomingMessage, [undefined])
  Object.assign(request, { method: 'GET', url: '/', headers: { host: 'localhost' } })
  // Koa's promise is fulfilled when it has handed the response over.
  await server(request, new ServerResponse(request))
}
