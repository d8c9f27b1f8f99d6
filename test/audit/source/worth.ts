import { Evaluator } from '../../../lib/audit/source/evaluate.js'
import { Modules } from '../../../lib/audit/source/modules.js'
import { parse } from '../../../lib/audit/source/parse.js'
import { children, findAll } from '../../../lib/audit/source/syntax.js'
import { fullName, type Option, type Value } from '../../../lib/audit/source/value.js'
import { memoryProject } from '../memory-project.js'

export type Files = Readonly<Record<string, string>>

/** What the first argument of `ask(…)` is worth, which is in one of the files, in plain words; a text alone is `app.js`. */
export async function worth(files: Files | string): Promise<unknown> {
  return plain(await valueIn(files))
}

/** The same as the evaluator says it. */
export async function valueIn(files: Files | string): Promise<Value> {
  const project = memoryProject(typeof files === 'string' ? { 'app.js': files } : files)
  const modules = new Modules(project, parse, '.')
  const evaluator = new Evaluator(modules)
  for (const file of project.files) {
    const module = modules.get(file)
    const asked = module && findAll(module.program, 'CallExpression').find((call) => nameOf(call.callee) === 'ask')
    const argument = asked && children(asked, 'arguments')[0]
    if (module && argument) return evaluator.ask(argument, module)
  }
  throw new Error('nothing is asked')
}

const nameOf = (callee: unknown) => (callee as { name?: string } | undefined)?.name

/** Texts, numbers, lists and objects as they are, everything else as an object that says what it is. */
function plain(value: Value): unknown {
  switch (value.kind) {
    case 'literal':
      return value.value
    case 'undefined':
      return undefined
    case 'array':
      return [...value.items.map(plain), ...(value.open ? ['…'] : [])]
    case 'object':
      return Object.fromEntries([
        ...[...value.fields].map(([name, { value: inner, when }]) => [
          name,
          when === 'any' ? plain(inner) : { [when]: plain(inner) },
        ]),
        ...(value.open ? [['…', true]] : []),
      ])
    case 'either':
      return { either: value.options.map(option) }
    case 'env':
      return { env: value.name }
    case 'random':
      return { random: value.via }
    case 'derived':
      return { [value.via]: value.from.map(plain) }
    case 'call':
    case 'new':
      return { [value.kind]: fullName(value.callee) ?? plain(value.callee) }
    case 'import':
    case 'global':
      return { [value.kind]: fullName(value) }
    case 'file':
      return { file: value.name }
    case 'unknown':
      return { unknown: value.why }
    default:
      return value.kind
  }
}

function option({ value, when, off }: Option): unknown {
  const inner = plain(value)
  const tagged = when === 'any' ? inner : { [when]: inner }
  return off ? { off: tagged } : tagged
}
