import type { LiveVisit } from '../../../audit/live/live-facts.js'
import type { Answer } from './exchange.js'

/** How logged in is told from logged out; undefined where it cannot be told. */
export type Recognise = (answer: Answer) => boolean

/**
 * By the text that is expected; else by how answers differ from those to strangers: in status and redirection, or in the
 * text with its numbers left out, where all strangers got the same.
 */
export function recogniseBy(
  expect: string | undefined,
  strangers: readonly Answer[],
  answers: readonly Answer[],
): Recognise | undefined {
  if (expect !== undefined) return (answer) => isFine(answer) && answer.body.includes(expect)
  const outside = new Set(strangers.map(shapeOf))
  const differsOutside: Recognise = (answer) => isFine(answer) && !outside.has(shapeOf(answer))
  if (strangers.length === 0) return undefined
  if (answers.some(differsOutside)) return differsOutside
  const inside = new Set(strangers.map(textOf))
  const differsInside: Recognise = (answer) => isFine(answer) && !inside.has(textOf(answer))
  return inside.size === 1 && answers.some(differsInside) ? differsInside : undefined
}

/** Refusals and errors are no page for somebody who is logged in. */
const isFine = ({ status }: Answer) => status > 0 && status < 400

/** Without what a redirection carries: it may be new each time. */
const shapeOf = ({ status, headers }: Answer) => `${status} ${headers.location?.replace(/[?#].*/s, '') ?? ''}`

const textOf = ({ body }: Answer) => body.replace(/\d+/g, '0')

/** Names that headers have in which a process or machine says who it is. */
const headerNames = /^x-.*(worker|process|pid|instance|served-by|backend|upstream|hostname|pod|container)/i

/** What pages and JSON say of it: `"pid": 12`, `worker 3`. */
const texts: readonly (readonly [string, RegExp])[] = [
  ['pid', /\bpid\b["']?\s*[:=]?\s*["']?(\d+)/i],
  ['worker', /\bworker(?:_?id)?\b["']?\s*[:=#]?\s*["']?(\d+)/i],
]

/** How many workers answered, where something in all answers tells them apart. */
export function workersIn(answers: readonly Answer[], given: string | RegExp | undefined): LiveVisit['workers'] {
  if (answers.length === 0) return null
  if (given !== undefined) return counted(answers, ...signOf(given))
  const [first] = answers
  const headers = Object.keys(first?.headers ?? {}).filter((name) => headerNames.test(name))
  const signs = [
    ...headers.map(signOf),
    ...texts.map(([name, pattern]) => [`"${name}" in the page`, inText(pattern)] as const),
  ]
  for (const [by, read] of signs) {
    const found = counted(answers, by, read)
    // A sign that is new in nearly every answer names the request, not the worker.
    if (found && (found.count === 1 || found.count <= answers.length / 2)) return found
  }
  return null
}

type Read = (answer: Answer) => string | undefined

function signOf(given: string | RegExp): readonly [string, Read] {
  if (given instanceof RegExp) return [`${given} in the page`, inText(given)]
  return [`the header ${given}`, ({ headers }) => headers[given.toLowerCase()]?.toString()]
}

const inText =
  (pattern: RegExp): Read =>
  ({ body }) => {
    const match = pattern.exec(body)
    return match?.[1] ?? match?.[0]
  }

function counted(answers: readonly Answer[], by: string, read: Read): LiveVisit['workers'] {
  const names = answers.map(read)
  return names.includes(undefined) ? null : { count: new Set(names).size, by }
}
