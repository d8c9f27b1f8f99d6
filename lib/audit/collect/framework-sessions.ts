import { posix } from 'node:path'
import type { SessionFact, StoreFact } from '../facts/session.js'
import type { When } from '../facts/when.js'
import { whenOfName } from '../source/environment.js'
import { child, dotted, memberName } from '../source/syntax.js'
import { type Field, fieldOf, optionsOf, textOf, type Value } from '../source/value.js'
import { type CodeScope, modulesWith } from './code-scope.js'
import { fieldIn, readCookie } from './cookie-flags.js'
import { isShared, type SessionLibrary, storeKindOf } from './libraries.js'
import type { Sink } from './secret-sinks.js'
import { readStore } from './stores.js'

/** What a framework mounts without a call in the app: its session, and the keys of its configuration. */
export interface Mounted {
  readonly sessions: readonly SessionFact[]
  readonly sinks: readonly Sink[]
}

interface Builtin {
  readonly library: string
  /** Configuration files, the name telling the environment. */
  readonly config: RegExp
  /** Where the keys and the session's options are in them. */
  readonly keys: readonly string[]
  /** Where else: the secret of a signed token. */
  readonly tokenKeys?: readonly string[]
  readonly session: readonly string[]
  /** Only mounted where the options are written. */
  readonly optional: boolean
}

const builtins: Readonly<Record<string, Builtin>> = {
  egg: {
    library: 'egg-session',
    config: /^(src\/)?config\/config\.[\w.]+\.[jt]s$/,
    keys: ['keys'],
    session: ['session'],
    optional: false,
  },
  '@midwayjs/koa': {
    library: '@midwayjs/session',
    config: /^src\/config\/config\.[\w.]+\.[jt]s$/,
    keys: ['keys'],
    session: ['session'],
    optional: false,
  },
  '@strapi/strapi': {
    library: 'koa-session',
    config: /^config\/(env\/\w+\/)?server\.[jt]s$/,
    keys: ['app', 'keys'],
    session: [],
    optional: false,
  },
  thinkjs: {
    library: 'think-session',
    config: /^src\/(common\/)?config\/(adapter|session)[\w.]*\.[jt]s$/,
    keys: ['session', 'common', 'cookie', 'keys'],
    tokenKeys: ['session', 'jwt', 'secret'],
    session: ['session'],
    optional: true,
  },
}

const koaLike: SessionLibrary = {
  store: 'cookie',
  signed: true,
  flags: 'options',
  name: 'key',
  usesAppKeys: true,
  koa: false,
}

/** The session and keys of Egg, Midway, Strapi and ThinkJS. */
export function collectMounted(scope: CodeScope, framework: string): Mounted {
  const builtin = builtins[framework]
  if (builtin === undefined) return { sessions: [], sinks: [] }
  const files = configFiles(scope, builtin)
  const configs = files.map((file) => ({
    file,
    when: whenOfName(posix.basename(file).replace(/^config\./, '')),
    value: configOf(scope, file),
  }))
  return {
    sessions: sessionsOf(scope, builtin, configs),
    sinks: configs.flatMap((config) => sinkOf(scope, builtin, config)),
  }
}

interface Config {
  readonly file: string
  readonly when: When
  readonly value: Value
}

function configFiles(scope: CodeScope, { config }: Builtin): string[] {
  return scope.modules.project.files.filter((file) => {
    const inside = scope.dir === '.' ? file : file.startsWith(`${scope.dir}/`) ? file.slice(scope.dir.length + 1) : ''
    return config.test(inside)
  })
}

/** The file's configuration: what it exports, or what the function that it exports answers, or its single exports. */
function configOf(scope: CodeScope, file: string): Value {
  const module = scope.modules.get(file)
  const origin = module && { module, node: module.program }
  if (origin === undefined) throw new Error(`no module ${file}`)
  const whole = scope.evaluator.askExport(file, 'default', origin)
  if (whole.kind !== 'unknown') return scope.evaluator.askResult(whole)
  return scope.evaluator.askExport(file, '*', origin)
}

function fieldAt(scope: CodeScope, config: Config, path: readonly string[]): Field | undefined {
  let value: Value = config.value
  let field: Field | undefined
  for (const name of path) {
    field = fieldIn(value, [name]) ?? exportedField(scope, config, value, name)
    if (field === undefined) return undefined
    value = field.value
  }
  return field
}

/** `export const keys = …` of a module read as a whole. */
function exportedField(scope: CodeScope, { file }: Config, value: Value, name: string): Field | undefined {
  if (value.kind !== 'namespace') return undefined
  const found = scope.evaluator.askExport(file, name, value.origin)
  return found.kind === 'unknown'
    ? undefined
    : { value: found, node: found.origin.node, module: found.origin.module, when: 'any' }
}

/** `appInfo.name`, which the framework hands over: the name in package.json. */
function appName({ value, node, module }: Field): Value | undefined {
  const given = module.slice(child(node, 'value') ?? child(node, 'right') ?? node)
  const isName = value.kind === 'unknown' && /^appInfo\.(pkg\.)?name$/.test(given)
  return isName ? { kind: 'literal', value: given, origin: value.origin } : undefined
}

function sinkOf(scope: CodeScope, { keys, tokenKeys }: Builtin, config: Config): Sink[] {
  const found = fieldAt(scope, config, keys) ?? (tokenKeys && fieldAt(scope, config, tokenKeys))
  if (found === undefined) return []
  const field = { ...found, value: appName(found) ?? found.value }
  const value: Value =
    config.when === 'any'
      ? field.value
      : {
          kind: 'either',
          how: 'assigned',
          options: [{ value: field.value, when: config.when }],
          origin: field.value.origin,
        }
  return [
    {
      name: 'the configuration',
      isKoa: false,
      module: field.module,
      node: child(field.node, 'value') ?? child(field.node, 'right') ?? field.node,
      value,
    },
  ]
}

function sessionsOf(scope: CodeScope, builtin: Builtin, configs: readonly Config[]): SessionFact[] {
  const options = configs
    .flatMap((config) => fieldAt(scope, config, builtin.session) ?? [])
    .filter(() => builtin.session.length > 0)
  const first = options[0]
  const place = first ? first.module.at(first.node) : placeOf(scope, configs[0]?.file)
  if (place === undefined || (builtin.optional && first === undefined)) return []
  return [
    {
      library: builtin.library,
      version: scope.packages.get(builtin.library),
      place,
      store: ownStore(scope) ??
        pluginStore(scope, place) ??
        typedStore(first?.value, place) ?? { ...cookieStore, evidence: [place] },
      cookie: readCookie(koaLike, first?.value, (value) => scope.evaluator.askResult(value)),
      signed: true,
      options: undefined,
      appName: undefined,
      port: { edits: undefined, why: 'the framework mounts it' },
    },
  ]
}

const none = { via: undefined, directory: undefined, expires: undefined, expiresAt: undefined, evidence: [] } as const
const cookieStore: StoreFact = { ...none, kind: 'cookie', shared: true, how: 'default' }

function placeOf(scope: CodeScope, file: string | undefined) {
  const module = file === undefined ? undefined : scope.modules.get(file)
  return module?.at({ start: 0, end: 0 })
}

/** `app.sessionStore = …` in app.js or agent.js of Egg. */
function ownStore(scope: CodeScope): StoreFact | undefined {
  for (const module of modulesWith(scope, /sessionStore/)) {
    const write = module.scopes.memberWrites.find(
      ({ target }) => memberName(target) === 'sessionStore' && /app|this/.test(dotted(child(target, 'object')) ?? ''),
    )
    if (write) return readStore(scope, scope.evaluator.ask(write.value, module), koaLike, module.at(write.node))
  }
  return undefined
}

/** A plugin that brings a store: egg-session-redis. */
function pluginStore(scope: CodeScope, place: SessionFact['place']): StoreFact | undefined {
  const name = [...scope.packages.keys()].find((each) =>
    /^(egg|midway|@midwayjs\/).*session.*(redis|mongo|mysql)/.test(each),
  )
  const kind = name === undefined ? undefined : storeKindOf(name)
  if (name === undefined || kind === undefined) return undefined
  return { ...none, kind, shared: isShared(kind), evidence: [place], how: 'given', via: name }
}

/** ThinkJS: `{ type: 'file', … }`. */
function typedStore(options: Value | undefined, place: SessionFact['place']): StoreFact | undefined {
  if (options === undefined) return undefined
  const type = optionsOf(options)
    .map(({ value }) => textOf(fieldOf(value, 'type')?.value))
    .find((text) => text !== undefined)
  if (type === undefined) return undefined
  const kind = /^(cookie|jwt)$/.test(type)
    ? 'cookie'
    : type === 'memory'
      ? 'memory'
      : (storeKindOf(type) ?? (type === 'file' ? 'file' : 'unknown'))
  return { ...none, kind, shared: isShared(kind), evidence: [place], how: 'given', via: `think-session-${type}` }
}
