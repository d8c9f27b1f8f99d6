import { readFileSync } from 'node:fs'

/** The ACL rules that the docstring of `redisStore` lists, such as `+get`. */
export function documentedCommands(): string[] {
  const source = readFileSync(`${packageRoot()}/lib/stores/redis.ts`, 'utf8')
  const [, list] = /An ACL user needs[\s\S]*?`(\+[a-z+ ]+)`/.exec(source) ?? []
  if (!list) throw new Error('the docstring of redisStore lists no ACL rules')
  return list.split(' ')
}

/** Where package.json is. */
export function packageRoot(): string {
  return new URL('.', import.meta.resolve('koa-shared-session/package.json')).pathname
}
