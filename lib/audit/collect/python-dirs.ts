import { posix } from 'node:path'
import type { Project } from '../project/project.js'
import { isBelow } from './apps.js'

const packages = /^(requirements[\w.-]*\.(txt|in)|pyproject\.toml|Pipfile|setup\.py)$/
const served = /^\s*(from|import)\s+(flask|django|fastapi|starlette|bottle|tornado|aiohttp|sanic|quart)\b/m

/**
 * Directories of Python servers that are beside the Node apps: each has a list of packages of its own, and no Node app of its own. The
 * root is one where a file serves that is in none of the others.
 */
export function pythonDirs(project: Project, nodeDirs: readonly string[]): readonly string[] {
  const listed = project.files.filter((file) => packages.test(posix.basename(file))).map((file) => posix.dirname(file))
  const dirs = [...new Set(listed)].filter(
    (dir) => !nodeDirs.includes(dir) && (dir === '.' || !project.files.includes(`${dir}/package.json`)),
  )
  const inner = [...dirs, ...nodeDirs].filter((dir) => dir !== '.')
  const isOwn = (file: string, dir: string) =>
    dir === '.' ? !inner.some((each) => isBelow(file, each)) : isBelow(file, dir)
  const serves = (dir: string) =>
    project.files.some((file) => file.endsWith('.py') && isOwn(file, dir) && served.test(project.text(file) ?? ''))
  return dirs.filter(serves)
}

/** The project without the Node apps: the directory, and deployment files above that are nobody's. */
export function pythonProject(project: Project, dir: string, nodeDirs: readonly string[]): Project {
  const isShared = (file: string) =>
    posix.dirname(file) === '.' && !nodeDirs.includes('.') && !/\.([cm]?[jt]sx?|py)$|^package\.json$/.test(file)
  const others = nodeDirs.filter((each) => each !== dir)
  const isNodes = (file: string) =>
    (dir === '.' && others.some((each) => isBelow(file, each))) ||
    (nodeDirs.includes(dir) && /\.[cm]?[jt]sx?$|(^|\/)package\.json$/.test(file))
  return {
    files: project.files.filter((file) => (isBelow(file, dir) && !isNodes(file)) || isShared(file)),
    lockFiles: project.lockFiles,
    typeAbove: project.typeAbove,
    unread: project.unread,
    tracked: (file) => project.tracked(file),
    ignored: (file) => project.ignored(file),
    text: (file) => project.text(file),
  }
}
