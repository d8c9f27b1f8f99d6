import { execFile } from 'node:child_process'
import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { GitIgnores, topOfCheckout } from './git-ignores.js'
import type { NotLooked, Project } from './project.js'
import { isSourceFile } from './source-file.js'

/** Larger files are no source code that people write, in bytes. */
const largestFile = 1024 * 1024

/** More files than this are no app. */
const mostFiles = 50_000

/** Folders of what was installed, built or served, committed or not. */
const skippedFolders = new Set(
  `node_modules bower_components jspm_packages .git .hg .svn .next .nuxt .output .cache .parcel-cache .turbo .yarn .idea
  coverage .nyc_output __pycache__ .venv venv site-packages .terraform`.split(/\s+/),
)

const lockNames = /^(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?)$/

const skippedFiles = /\.(min\.js|bundle\.js|d\.[cm]?ts|map|lock)$|^(package-lock\.json|yarn\.lock|pnpm-lock\.yaml)$/

/** Folders of what browsers get: large files and binaries in them are no part of the server, so nobody need hear of them. */
const servedFolders = /(^|\/)(public|static|assets|www|wwwroot|htdocs|vendor|libraries|client|frontend|fixtures)\//

/** What the audit can read: source, configuration, deployment. */
const readable =
  /\.([cm]?[jt]sx?|json[5c]?|ya?ml|toml|ini|conf|cfg|env|py|sh|service|tpl|tf|bat|txt|properties|nginx|caddy)$|^\.env|(^|[.-])env$|^(.*\.)?(dockerfile|containerfile|procfile|caddyfile|makefile|gnumakefile|jenkinsfile)(\..*)?$|^\.(git|docker)ignore$|^\.pm2rc$|\.(example|sample|template|dist)$/i

/** Reads a directory. Lists it at once, reads each file when asked. Never follows a link out of the directory. */
export async function readDirectory(root: string): Promise<Project> {
  const real = realpathSync(root)
  const unread: NotLooked[] = []
  const tracked = await trackedFiles(real)
  const ignores = new GitIgnores(real)
  const { files, lockFiles } = list(real, ignores, tracked, unread)
  const texts = new Map<string, string | undefined>()
  const listed = new Set(files)

  return {
    files,
    lockFiles,
    typeAbove: typeOfPackageAbove(real),
    unread,
    tracked: (file) => tracked?.has(file),
    ignored: (file) => ignores.ignores(file),
    text(file) {
      if (!listed.has(file)) return undefined
      if (!texts.has(file)) texts.set(file, readText(real, file, unread))
      return texts.get(file)
    },
  }
}

function typeOfPackageAbove(folder: string): string | undefined {
  const above = dirname(folder)
  if (above === folder) return undefined
  try {
    const { type } = JSON.parse(readFileSync(join(above, 'package.json'), 'utf8')) as { type?: unknown }
    return typeof type === 'string' ? type : undefined
  } catch {
    return typeOfPackageAbove(above)
  }
}

/** What git tracks below the directory, or undefined where there is no checkout, or no git. */
async function trackedFiles(root: string): Promise<ReadonlySet<string> | undefined> {
  if (topOfCheckout(root) === undefined) return undefined
  try {
    const { stdout } = await promisify(execFile)('git', ['ls-files', '-z'], {
      cwd: root,
      maxBuffer: 256 * 1024 * 1024,
    })
    return new Set(stdout.split('\0').filter(Boolean))
  } catch {
    return undefined
  }
}

function list(
  root: string,
  ignores: GitIgnores,
  tracked: ReadonlySet<string> | undefined,
  unread: NotLooked[],
): { files: string[]; lockFiles: string[] } {
  const files: string[] = []
  const lockFiles: string[] = []
  const folders = ['']
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    if (files.length >= mostFiles) {
      unread.push({ what: folder || '.', why: `there are more than ${mostFiles} files; the rest was not read` })
      break
    }
    for (const entry of entriesOf(root, folder, unread)) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (lockNames.test(entry.name)) lockFiles.push(path)
      if (entry.isDirectory() && !skippedFolders.has(entry.name) && !ignores.ignores(`${path}/`)) folders.push(path)
      if (entry.isDirectory() || !worthReading(entry, path)) continue
      if (entry.isSymbolicLink() && !staysInside(root, path)) continue
      if (isSettings(path, tracked) || tracked?.has(path) || !ignores.ignores(path)) files.push(path)
    }
  }
  return { files: files.sort(), lockFiles }
}

function entriesOf(root: string, folder: string, unread: NotLooked[]): Dirent[] {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true })
  } catch (error) {
    unread.push({ what: folder || '.', why: `the directory cannot be read (${codeOf(error)})` })
    return []
  }
}

const worthReading = (entry: Dirent, path: string) =>
  (entry.isFile() || entry.isSymbolicLink()) &&
  (readable.test(entry.name) || isSourceFile(path)) &&
  !skippedFiles.test(basename(path))

/**
 * An env file counts although git ignores it: it says what the variables are. Without a checkout so do the settings in config/, which
 * may have been committed all the same.
 */
const isSettings = (path: string, tracked: ReadonlySet<string> | undefined) =>
  /^\.env/.test(basename(path)) ||
  (tracked === undefined && /(^|\/)config\/[\w.-]+\.(json5?|ya?ml|[cm]?js|ts)$/.test(path))

function staysInside(root: string, path: string): boolean {
  try {
    const target = realpathSync(join(root, path))
    return !relative(root, target).startsWith('..') && statSync(target).isFile()
  } catch {
    return false
  }
}

function readText(root: string, file: string, unread: NotLooked[]): string | undefined {
  try {
    const path = join(root, ...file.split('/'))
    const { size } = statSync(path)
    if (size > largestFile) return refuse(unread, file, `it is larger than ${largestFile / 1024 / 1024} MB`)
    const bytes = readFileSync(path)
    if (bytes.subarray(0, 8192).includes(0)) return refuse(unread, file, 'it is not text')
    return bytes.toString('utf8')
  } catch (error) {
    unread.push({ what: file, why: `it cannot be read (${codeOf(error)})` })
    return undefined
  }
}

function refuse(unread: NotLooked[], what: string, why: string): undefined {
  if (!servedFolders.test(what)) unread.push({ what, why })
  return undefined
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? 'unknown error'

/** The path as the report writes it. */
export const posix = (path: string): string => path.split(sep).join('/')
