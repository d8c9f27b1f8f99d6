/**
 * What sessions cost in Redis, as counts: commands and bytes for each kind of request, beside koa-session with koa-redis;
 * and what it costs that many requests write one session at the same moment. No times, so the tables are the same on
 * every machine, apart from bytes that depend on the length of numbers, and from who comes first where several instances
 * write at once.
 *
 * Run it with `npm run bench:cost`. write-cost.test.ts holds the counts.
 */
import { type Contention, contend } from './contention.js'
import { RedisTap } from './redis-tap.js'
import { type RequestCosts, requestCosts, requests } from './request-cost.js'
import { koaRedis, ours, type SessionApp } from './session-apps.js'

const writerCounts = [1, 2, 4, 8, 16, 32]

async function main(): Promise<void> {
  const tap = await RedisTap.open()
  try {
    const apps = [await ours(tap.url), await koaRedis(tap.url)]
    for (const app of apps) printRequests(app, await requestCosts(tap, app))
    await Promise.all(apps.map((app) => app.close()))
    console.log('Writers of one session, all at once\n')
    console.log(
      '| instances | writers | reads | writes | conflicts | commands per writer |\n| --- | --- | --- | --- | --- | --- |',
    )
    for (const instances of [() => 1, () => 4, (writers: number) => writers])
      for (const writers of writerCounts) printContention(await contend(tap, writers, instances(writers)))
  } finally {
    await tap.close()
  }
}

function printRequests(app: SessionApp, costs: RequestCosts): void {
  console.log(`${app.name}\n\n| request | commands | sent | bytes out | bytes in |\n| --- | --- | --- | --- | --- |`)
  for (const request of requests) {
    const { commands, sent, received } = costs[request]
    console.log(`| ${request} | ${commands.length} | ${commands.join(', ') || '–'} | ${sent} | ${received} |`)
  }
  console.log()
}

function printContention({ instances, writers, reads, writes, conflicts }: Contention): void {
  const each = ((reads + writes) / writers).toFixed(1)
  console.log(`| ${instances} | ${writers} | ${reads} | ${writes} | ${conflicts} | ${each} |`)
}

await main()
