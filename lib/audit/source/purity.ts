import type { Module, Modules } from './modules.js'
import { below, child, children, dotted, isFunction, memberName, type Node, unwrap } from './syntax.js'

/** How far local modules are followed. */
const deepest = 3

/** Packages whose objects do nothing that an app misses when nothing asks them any more. */
const quiet = /redis|valkey|session|store|lru|cache|crypto$|uuid|nanoid|keygrip|koa-convert|path$|^(node:)?os$|^ms$/i
const quietGlobals = /^(Map|Set|WeakMap|Object|Array|Date|Number|String|Boolean|Buffer|JSON|Math|Symbol|URL)$/
const quietMethods =
  /^(split|trim|toString|map|concat|filter|slice|join|toLowerCase|toUpperCase|replace|from|freeze|assign)$/

/** Whether nothing but this value comes of an expression: it may be left out where nobody uses the value. */
export function isQuiet(node: Node | undefined, module: Module, modules: Modules, depth = 0): boolean {
  if (node === undefined) return true
  const bare = unwrap(node)
  const quietly = (each: Node | undefined) => isQuiet(each, module, modules, depth)
  if (isFunction(bare) || /^(Identifier|Literal|ThisExpression|ClassExpression)$/.test(bare.type)) return true
  if (/^(CallExpression|NewExpression)$/.test(bare.type))
    return (
      isQuietCall(bare, module, modules, depth) && children(bare, 'arguments').every((argument) => quietly(argument))
    )
  if (/^(MemberExpression|Object|Array|Template|Binary|Logical|Conditional|Unary|Property|Spread)/.test(bare.type))
    return bare.operator !== 'delete' && below(bare).every(quietly)
  return bare.type === 'TemplateElement'
}

function isQuietCall(call: Node, module: Module, modules: Modules, depth: number): boolean {
  const callee = unwrap(child(call, 'callee') ?? call)
  const name = dotted(callee)
  const [argument] = children(call, 'arguments')
  if (name === 'require')
    return typeof argument?.value === 'string' && isQuietModule(argument.value, module, modules, depth)
  if (callee.type === 'CallExpression') return isQuiet(callee, module, modules, depth)
  if (callee.type === 'MemberExpression' && quietMethods.test(memberName(callee) ?? ''))
    return isQuiet(child(callee, 'object'), module, modules, depth)
  const root = name?.split('.')[0]
  if (root === undefined)
    return callee.type === 'MemberExpression' && isQuiet(child(callee, 'object'), module, modules, depth)
  const binding = module.scopes.lookup(callee, root)
  if (binding === undefined) return quietGlobals.test(root)
  if (binding.kind === 'class') return isQuietClass(binding.declaration, module, modules, depth)
  const from = binding.from?.module ?? requiredName(binding.given[0]?.value)
  if (from !== undefined) return isLocal(from) ? isQuietModule(from, module, modules, depth) : quiet.test(from)
  return isQuiet(binding.given[0]?.value, module, modules, depth + 1) && depth < deepest && binding.kind === 'variable'
}

/** A class whose constructor only sets fields. */
function isQuietClass(declaration: Node, module: Module, modules: Modules, depth: number): boolean {
  const members = children(child(declaration, 'body'), 'body')
  const maker = members.find((member) => member.kind === 'constructor')
  const statements = children(child(child(maker, 'value'), 'body'), 'body')
  const fields = members.filter(({ type }) => type === 'PropertyDefinition').map((member) => child(member, 'value'))
  return (
    !members.some(({ type }) => type === 'StaticBlock') &&
    fields.every((value) => isQuiet(value, module, modules, depth)) &&
    statements.every((statement) => {
      const expression = child(statement, 'expression')
      if (child(expression, 'callee')?.type === 'Super') return true
      const isField = /^this\./.test(dotted(child(expression, 'left')) ?? '')
      return (
        expression?.type === 'AssignmentExpression' &&
        isField &&
        isQuiet(child(expression, 'right'), module, modules, depth)
      )
    })
  )
}

/** A package, or a file of the app that only declares: nothing is missed when nobody loads it here. */
export function isQuietModule(specifier: string, from: Module, modules: Modules, depth = 0): boolean {
  if (!isLocal(specifier)) return true
  const file = modules.resolve(from.file, specifier)
  if (file === undefined || depth >= deepest) return false
  if (file.endsWith('.json')) return true
  const module = modules.get(file)
  return (
    module !== undefined &&
    children(module.program, 'body').every((one) => isQuietStatement(one, module, modules, depth))
  )
}

function isQuietStatement(statement: Node, module: Module, modules: Modules, depth: number): boolean {
  if (/^(FunctionDeclaration|ClassDeclaration|TS\w+|ExportSpecifier|EmptyStatement)$/.test(statement.type)) return true
  if (statement.type === 'ImportDeclaration') {
    const isNamed = children(statement, 'specifiers').length > 0
    return isNamed && isQuietModule(String(child(statement, 'source')?.value), module, modules, depth + 1)
  }
  if (statement.type === 'VariableDeclaration')
    return children(statement, 'declarations').every((one) => isQuiet(child(one, 'init'), module, modules, depth + 1))
  if (/^Export(Default|Named)Declaration$/.test(statement.type)) {
    const declared = child(statement, 'declaration')
    if (declared === undefined) return child(statement, 'source') === undefined
    return isQuietStatement(declared, module, modules, depth) || isQuiet(declared, module, modules, depth + 1)
  }
  const expression = child(statement, 'expression')
  if (expression?.type === 'Literal') return true
  const isExport = /^(module\.)?exports(\.|$)/.test(dotted(child(expression, 'left')) ?? '')
  return isExport && isQuiet(child(expression, 'right'), module, modules, depth + 1)
}

const isLocal = (specifier: string) => /^[./@~#]/.test(specifier) && !/^@[\w-]+\/[\w.-]+$/.test(specifier)

function requiredName(value: Node | undefined): string | undefined {
  const bare = value && unwrap(value)
  const call = bare?.type === 'MemberExpression' ? child(bare, 'object') : bare
  if (call?.type !== 'CallExpression' || dotted(child(call, 'callee')) !== 'require') return undefined
  const [argument] = children(call, 'arguments')
  return typeof argument?.value === 'string' ? argument.value : undefined
}
