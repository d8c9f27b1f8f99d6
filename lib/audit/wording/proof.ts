import type { Facts } from '../facts.js'
import { givenBy } from '../production-variables.js'
import type { Topology } from '../topology.js'
import { processCount } from './processes.js'

/** Log in once, ask 40 times: with the port and the login of this app, as far as its files tell. */
export function proofActions(facts: Facts): readonly string[] {
  const base = `http://127.0.0.1:${portOf(facts)}`
  return [
    `Log in once, with the fields that the app asks for, and keep the cookies: \`curl -s -o /dev/null -c jar ${loginRequest(facts, base)}\``,
    `Ask 40 times for a page that needs the login (its path in the place of PAGE), always with those cookies. One line "40 200" is right; any other line is a lost login: \`for i in $(seq 40); do curl -s -o /dev/null -b jar -w "%{http_code}\\n" ${base}/PAGE; done | sort | uniq -c\``,
  ]
}

/** What curl is given: the fields in the address for GET, none where the path has them. */
function loginRequest({ logins }: Facts, base: string): string {
  const { path = '/login', get = false } = logins.find((login) => login.path !== undefined) ?? {}
  const url = `${base}${path.replace(/:\w+/g, '…')}`
  if (path.includes(':')) return `${get ? '' : '-X POST '}"${url}"`
  return get ? `"${url}?user=…&password=…"` : `-d "user=…&password=…" ${url}`
}

/** How many processes to start where serve cannot: as production does. */
export function processesToProve(topology: Topology): number {
  const { grows, target } = topology
  return Math.max(2, grows === undefined ? processCount(topology) : grows.min * Math.max(1, target.workers))
}

/** What the environment of production says, else the code. */
function portOf(facts: Facts): string | number {
  const given = givenBy(facts, 'PORT')?.value
  const isNumber = given !== undefined && /^\d{2,5}$/.test(given)
  return isNumber ? given : (facts.lifecycle.listen?.port ?? defaultPort(facts))
}

/** Of Gunicorn, Waitress and Flask where nothing else is said; of Koa's examples. */
function defaultPort({ python }: Facts): number {
  if (python === undefined) return 3000
  const bound = /:(\d{2,5})$/.exec(python.bind ?? '')?.[1]
  if (bound !== undefined) return Number(bound)
  return python.server === 'gunicorn' ? 8000 : python.server === 'waitress' ? 8080 : 5000
}
