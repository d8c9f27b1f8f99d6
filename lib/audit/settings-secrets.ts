import { isEnvFile } from './collect/deployment/env-files.js'
import { commentSecrets } from './comment-secrets.js'
import { readEnvFile } from './files/env-file.js'
import { readJson } from './files/json.js'
import { itemsOf, type Tree, textAt, textOf } from './files/tree.js'
import { readYaml } from './files/yaml.js'
import { isSourceFile } from './project/source-file.js'
import { namesSecret } from './secret-names.js'
import { secretParts } from './secret-values.js'

/** Names that tell of a secret and hold the name of one, or a name beside it. */
const points = /(ref|names?|selector|paths?|files?)$|^(key|secrets)$/i

/** The package config takes the names of variables from it. */
const namesVariables = /(^|\/)custom-environment-variables\.\w+$/

/** The name of an environment, or the address of a server without credentials or a path, which may be one. */
const isOpen = /^(production|development|test|staging)$|^[a-z][a-z\d+]*:\/\/[\w.-]+(:\d+)?\/?;?$/i

/**
 * Values under telling names in a file of settings: YAML, JSON, lines of `NAME=value`; blocks of an env file, of which
 * a line tells nothing; what comments say. Source has names of its own.
 */
export async function settingsSecrets(file: string, text: string): Promise<readonly string[]> {
  if (isSourceFile(file) || namesVariables.test(file)) return []
  return [
    ...inLines(text).flatMap(file.endsWith('.py') ? literalsOf : (value) => [unquoted(value)]),
    ...blocksOf(file, text),
    ...(await treesOf(file, text)).flatMap(inTree),
  ]
    .flatMap(secretParts)
    .concat(inComments(text))
    .filter((value) => !isOpen.test(value))
}

const blocksOf = (file: string, text: string) =>
  isEnvFile(file) ? readEnvFile(text).flatMap(({ value }) => (value.includes('\n') ? [value] : [])) : []

const inComments = (text: string) =>
  [...text.matchAll(/(?:^|[ \t])(?:#|;|\/\/)[ \t](.*)/gm)].flatMap(([, said = '']) => commentSecrets(said))

async function treesOf(file: string, text: string): Promise<readonly Tree[]> {
  if (/\.ya?ml$/.test(file)) {
    const read = readYaml(text)
    return 'value' in read ? read.value : []
  }
  if (!/\.json[5c]?$/.test(file)) return []
  const read = await readJson(text)
  return 'value' in read ? [read.value] : []
}

const isTelling = (name: string) => namesSecret(name) && !points.test(name)

function inTree(tree: Tree): string[] {
  if (tree.kind === 'list') return tree.items.flatMap(inTree)
  if (tree.kind !== 'map') return []
  const name = textAt(tree, 'name')
  const value = textAt(tree, 'value')
  const named = name !== undefined && value !== undefined && namesSecret(name) ? [value] : []
  return [
    ...named,
    ...tree.entries.flatMap(({ key, value: inside }) => (isTelling(key) ? scalarsOf(inside) : inTree(inside))),
  ]
}

function scalarsOf(tree: Tree): string[] {
  if (tree.kind === 'map') return inTree(tree)
  return itemsOf(tree).flatMap((item) => (item.kind === 'map' ? inTree(item) : (textOf(item) ?? [])))
}

const line =
  /^[ \t]*(?:[-;#]+[ \t]*)?(?:export[ \t]+|ENV[ \t]+|ARG[ \t]+)?["']?([A-Za-z_][\w.-]*)["']?[ \t]*[:= ][ \t]*(\S.*?)[ \t]*,?\r?$/gm
const assigned = /([A-Za-z_][\w.-]*)=("[^"\n]*"|'[^'\n]*'|[^\s"']+)/g

function inLines(text: string): string[] {
  return [...text.matchAll(line), ...text.matchAll(assigned)].flatMap(([, name = '', value = '']) =>
    isTelling(name) && !/^[[{|>&*!]/.test(value) ? [value] : [],
  )
}

const unquoted = (value: string) => value.replace(/^(['"])(.*)\1$/, '$2')

const literal =
  /(environ(?:\.get)?\s*[[(]\s*|getenv\s*\(\s*|\bconfig\s*\(\s*|\benv(?:\.\w+)?\s*\(\s*)?(["'])((?:(?!\2).)+)\2/g

/** Python writes expressions there: the texts in them, but for names of variables that they ask for. */
const literalsOf = (expression: string) =>
  [...expression.matchAll(literal)].flatMap(([, asks, , text = '']) => (asks === undefined ? [text] : []))
