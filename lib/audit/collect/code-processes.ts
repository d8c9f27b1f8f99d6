import type { ProcessFact, ThreadFact } from '../facts/deployment.js'
import { whenAround } from '../source/environment.js'
import { child, type Node } from '../source/syntax.js'
import { fieldOf, type Value } from '../source/value.js'
import { type CodeScope, modulesWith } from './code-scope.js'
import { type Count, countOf, notDecidable, perCpu } from './counts.js'
import { forksIn } from './forks.js'
import { type NamedCall, namedCalls } from './named-calls.js'

/** What code says about the number of processes: cluster.fork() in loops, and the packages that fork. */
export function collectCodeProcesses(scope: CodeScope): ProcessFact[] {
  return [...clusterForks(scope), ...forkingPackages(scope), ...startedByPm2(scope)]
}

function clusterForks(scope: CodeScope): ProcessFact[] {
  return modulesWith(scope, /\bcluster\b[\s\S]*\bfork\b|\bfork\b[\s\S]*\bcluster\b/).flatMap((module) => {
    const starts = forksIn(scope, module).filter(({ restarts }) => !restarts)
    const first = starts[0]
    if (first === undefined) return []
    const looped = starts.find(({ loop }) => loop !== undefined)
    const counted = looped ?? first
    const count: Count = looped ? looped.count : { count: starts.length, variable: undefined }
    return [
      {
        kind: 'cluster' as const,
        ...count,
        place: module.at(counted.node),
        when: whenAround(counted.node, module),
        script: module.file,
        said: `cluster.fork(), ${inWords(count)}`,
      },
    ]
  })
}

const inWords = ({ count, variable }: Count) => {
  const often =
    count === 'cpus' ? 'once per CPU' : count === null ? 'a number that is not written there' : `${count} times`
  return variable === undefined ? often : `as often as ${variable} says${count === null ? '' : `, else ${often}`}`
}

/** Packages that fork, and the option that holds the number. Without it, one process per CPU. */
const packages: Readonly<Record<string, readonly string[]>> = {
  throng: ['count', 'workers'],
  cfork: ['count'],
  recluster: ['workers'],
  'egg.startCluster': ['workers'],
  'egg-cluster.startCluster': ['workers'],
  'midway.startCluster': ['workers'],
  'sticky-session.listen': ['workers'],
  'graceful-cluster.GracefulCluster.start': ['workersCount'],
  'express-cluster': ['count'],
}

function forkingPackages(scope: CodeScope): ProcessFact[] {
  const names = new RegExp(`^(${Object.keys(packages).join('|').replaceAll('.', '\\.')})$`)
  return namedCalls(
    scope,
    /throng|cfork|recluster|startCluster|sticky-session|graceful-cluster|express-cluster/,
    names,
  ).map((call) => {
    const count = optionCount(scope, call, packages[call.name] ?? [])
    return {
      kind: 'cluster' as const,
      ...count,
      place: call.module.at(call.node),
      when: whenAround(call.node, call.module),
      script: call.module.file,
      said: `${call.name}(), ${inWords(count)}`,
    }
  })
}

function optionCount(scope: CodeScope, call: NamedCall, names: readonly string[]): Count {
  for (const argument of call.arguments) {
    const value = scope.evaluator.ask(argument, call.module)
    if (call.name === 'throng' && value.kind === 'literal') return countOf(scope, value)
    const given = names.map((name) => fieldOf(value, name)?.value).find(Boolean)
    if (given !== undefined && given.kind !== 'undefined') return orPerCpu(scope, given)
    if (value.kind === 'object' && value.open) return notDecidable
  }
  return perCpu
}

/** An option that may be undefined leaves the package its default. */
function orPerCpu(scope: CodeScope, value: Value): Count {
  const count = countOf(scope, value)
  const mayBeMissing =
    value.kind === 'env' ||
    (value.kind === 'either' && value.options.some((option) => option.value.kind === 'undefined'))
  return mayBeMissing && count.count === null ? { ...count, count: 'cpus' } : count
}

/** `pm2.start({ script, instances })` in a start script. */
function startedByPm2(scope: CodeScope): ProcessFact[] {
  return namedCalls(scope, /\bpm2\b/, /^pm2\.start$/).flatMap((call) => {
    const [first] = call.arguments
    const options = first && scope.evaluator.ask(first, call.module)
    const instances = fieldOf(options, 'instances')?.value
    if (instances === undefined) return []
    const text = instances.kind === 'literal' ? String(instances.value) : ''
    const count = text === 'max' || text === '0' ? perCpu : countOf(scope, instances)
    const script = fieldOf(options, 'script')?.value
    return [
      {
        kind: 'pm2' as const,
        ...count,
        place: call.module.at(call.node),
        when: whenAround(call.node, call.module),
        script: script?.kind === 'literal' ? String(script.value).replace(/^\.\//, '') : undefined,
        said: `pm2.start(), ${inWords(count)}`,
      },
    ]
  })
}

/** What code says about threads: worker_threads, pools of them, and the size of libuv's pool. */
export function collectCodeThreads(scope: CodeScope): ThreadFact[] {
  return [...workerThreads(scope), ...threadPools(scope), ...poolSizes(scope)]
}

function workerThreads(scope: CodeScope): ThreadFact[] {
  return namedCalls(scope, /worker_threads/, /^worker_threads\.Worker$/).map(({ module, node }) => ({
    count: isRepeated(node) ? null : 1,
    place: module.at(node),
    said: `new Worker() of worker_threads${isRepeated(node) ? ', more than once' : ''}`,
    inCode: false,
  }))
}

/** Whether a loop or a callback is around the node, so that it may run more than once. */
function isRepeated(node: Node): boolean {
  for (let next = node.parent; next !== undefined; next = next.parent)
    if (/^(For|While|DoWhile)\w*Statement$|Function/.test(next.type)) return !isStart(next)
  return false
}

/** A function that runs at once or as the answer to `connect()`: `(async () => {})()`, `.then(() => {})`. */
function isStart(node: Node): boolean {
  if (!/Function/.test(node.type)) return false
  const call = node.parent
  if (call?.type !== 'CallExpression') return false
  const callee = child(call, 'callee')
  return callee === node || child(callee, 'property')?.name === 'then'
}

function threadPools(scope: CodeScope): ThreadFact[] {
  return namedCalls(
    scope,
    /piscina|tinypool|workerpool/,
    /^(piscina(\.Piscina)?|tinypool(\.Tinypool)?|workerpool\.pool)$/,
  ).map((call) => {
    const options = call.arguments.map((each) => scope.evaluator.ask(each, call.module))
    const given = options.map((each) => fieldOf(each, 'maxThreads') ?? fieldOf(each, 'maxWorkers')).find(Boolean)
    return {
      count: given ? countOf(scope, given.value).count : 'cpus',
      place: call.module.at(call.node),
      said: `${call.name} with ${given ? 'its own number of threads' : 'about one thread per CPU'}`,
      inCode: false,
    }
  })
}

/** `process.env.UV_THREADPOOL_SIZE = …`. */
function poolSizes(scope: CodeScope): ThreadFact[] {
  return modulesWith(scope, /UV_THREADPOOL_SIZE/).flatMap((module) =>
    module.scopes.memberWrites
      .filter(({ target }) => {
        const value = scope.evaluator.ask(target, module)
        return value.kind === 'env' && value.name === 'UV_THREADPOOL_SIZE'
      })
      .map(({ value, node }) => ({
        count: countOf(scope, scope.evaluator.ask(value, module)).count,
        place: module.at(node),
        said: 'process.env.UV_THREADPOOL_SIZE is set by code',
        inCode: true,
      })),
  )
}
