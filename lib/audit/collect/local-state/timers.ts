import type { LocalStateFact } from '../../facts/local-state.js'
import type { Module } from '../../source/modules.js'
import { child, children, findAll, isFunction, memberName, type Node, unwrap } from '../../source/syntax.js'
import { type CodeScope, modulesWith } from '../code-scope.js'
import { type NamedCall, namedCalls } from '../named-calls.js'
import { handlerAround } from './handlers.js'

/** Jobs and timers that every process starts for itself. */
export function timersPerProcess(scope: CodeScope): LocalStateFact[] {
  return [...scheduledJobs(scope), ...decorated(scope), ...intervals(scope)]
}

const schedulers =
  /^(node-cron\.(schedule|default\.schedule)|cron\.(CronJob|CronJob\.from|job|default\.CronJob)|node-schedule\.(scheduleJob|Job)|later\.setInterval|toad-scheduler\.(SimpleIntervalJob|CronJob)|croner(\.Cron)?|cronosjs\.scheduleTask)$/

const packages = /node-cron|['"]cron['"]|node-schedule|['"]later['"]|toad-scheduler|croner|cronosjs/

function scheduledJobs(scope: CodeScope): LocalStateFact[] {
  return namedCalls(scope, packages, schedulers)
    .filter(({ node, module }) => handlerAround(node, module) === undefined && !isGuarded(node, module))
    .flatMap((call) => {
      const text = jobText(call)
      if (locks(text) || isIdle(text)) return []
      const library = packageOf(call.name)
      return [timer(call.module.at(call.node), `a job of ${library}`, library, works.test(text) ? 'high' : 'medium')]
    })
}

/** A function in full view that waits for nothing and calls nothing of weight: a log line, a counter. */
const isIdle = (text: string) => /=>|\bfunction\b/.test(text) && !works.test(text) && !callsOthers(text)

const callsOthers = (text: string) =>
  /\bawait\b|\w\s*\(/.test(text.replace(/\bconsole\.\w+\([^\n]*|\bfunction\b\s*\w*\s*\([^)]*\)/g, ''))

const packageOf = (name: string) => name.split('.')[0] ?? name

const jobText = ({ node, module }: NamedCall) =>
  children(node, 'arguments')
    .map((each) => textOfFunction(each, module))
    .join('\n')

/** The text of a callback, given in place or by name. */
function textOfFunction(node: Node, module: Module): string {
  const bare = unwrap(node)
  if (bare.type !== 'Identifier') return module.slice(bare)
  const binding = module.scopes.lookup(bare)
  const value = binding?.kind === 'function' ? binding.declaration : binding?.given[0]?.value
  return value ? module.slice(value) : module.slice(bare)
}

/** `@Cron('0 * * * *')` of @nestjs/schedule. */
function decorated(scope: CodeScope): LocalStateFact[] {
  return namedCalls(scope, /@nestjs\/schedule/, /^@nestjs\/schedule\.(Cron|Interval)$/).map(({ node, module }) =>
    timer(module.at(node), 'a job of @nestjs/schedule', '@nestjs/schedule', 'high'),
  )
}

/** Conditions that let one process through, or none but the primary. */
const oneProcess =
  /is(Master|Primary)\b|NODE_APP_INSTANCE|INSTANCE_ID|pm_id|cluster\.worker|worker\.id|DYNO\b|is(Worker|Leader|Scheduler)\b|(ENABLE|RUN|DISABLE|USE)_\w*(CRON|JOB|SCHEDUL|TASK|WORKER)|(cron|job|schedul|task)\w*\.?_?(enabled?|disabled?)/i

const locking =
  /redlock|\block(er)?\b|\.(acquire|lock|tryLock|setnx)\s*\(|['"]NX['"]|\bNX\s*:\s*true|advisory_lock|\bonlyOnce\b/i

const locks = (text: string) => locking.test(text)

/** Whether a condition around it, or an early return before it, leaves the job to one process. */
function isGuarded(node: Node, module: Module): boolean {
  for (let next = node; next.parent !== undefined; next = next.parent) {
    const outer = next.parent
    const test = child(outer, 'test') ?? (outer.type === 'LogicalExpression' ? child(outer, 'left') : undefined)
    if (test !== undefined && test !== next && oneProcess.test(module.slice(test))) return true
    if (/^(Program|BlockStatement)$/.test(outer.type) && returnsBefore(outer, next, module)) return true
  }
  return false
}

const returnsBefore = (block: Node, statement: Node, module: Module) =>
  children(block, 'body').some(
    (each) =>
      each.end <= statement.start &&
      each.type === 'IfStatement' &&
      /\breturn\b|process\.exit/.test(module.slice(child(each, 'consequent') ?? each)) &&
      oneProcess.test(module.slice(child(each, 'test') ?? each)),
  )

/** What a timer does that should happen once: it sends, stores, removes, or asks another server. */
const works =
  /\b(send(Mail|Email|Message|Sms)?|mail(er)?|notify|axios|fetch|got|superagent|rp)\s*[.(]|\.(save|create|bulkCreate|insert\w*|update\w*|delete(One|Many)|destroy|remove|query|execute|aggregate|publish|sync)\s*\(|\bfs\.(write|unlink|rm|append|rename|copy)|\bunlink(Sync)?\s*\(|\brimraf\b/

/** `setInterval` of a module, or of what starts it, that works on something shared. */
function intervals(scope: CodeScope): LocalStateFact[] {
  return modulesWith(scope, /\bsetInterval\s*\(/).flatMap((module) =>
    findAll(module.program, 'CallExpression')
      .filter((node) => /^(setInterval|global\.setInterval)$/.test(module.slice(child(node, 'callee') ?? node)))
      .filter((node) => isAtStart(node, module) && !isGuarded(node, module))
      .filter((node) => {
        const [callback] = children(node, 'arguments')
        const text = callback ? textOfFunction(callback, module) : ''
        return works.test(text) && !locks(text)
      })
      .map((node) => timer(module.at(node), 'a setInterval that works for the whole app', undefined, 'medium')),
  )
}

/** Outside all functions, or in one that runs at once. */
function isAtStart(node: Node, module: Module): boolean {
  if (handlerAround(node, module) !== undefined) return false
  for (let next = node.parent; next !== undefined; next = next.parent)
    if (isFunction(next) && !runsAtOnce(next)) return false
  return true
}

function runsAtOnce(fn: Node): boolean {
  const call = fn.parent
  if (call?.type !== 'CallExpression') return false
  const callee = child(call, 'callee')
  return callee === fn || (callee?.type === 'MemberExpression' && /^(then|listen|once)$/.test(memberName(callee) ?? ''))
}

const timer = (
  place: LocalStateFact['place'],
  what: string,
  library: string | undefined,
  confidence: LocalStateFact['confidence'],
): LocalStateFact => ({
  kind: 'timer',
  what,
  place,
  confidence,
  identity: false,
  carriesLogin: false,
  library,
  uses: [],
})
