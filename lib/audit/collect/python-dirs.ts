import { posix } from 'node:path'
import type { Project } from '../project/project.js'
import { isBelow } from './apps.js'

const packages = /^(requirements[\w.-]*\.(txt|in)|pyproject\.toml|Pipfile|setup\.py)$/
const served = /^\s*(from|import)\s+(flask|django|fastapi|starlette|bottle|tornado|aiohttp|sanic|quart)\b/m

/** Directories of Python servers that are beside the Node apps: each has a list of packages of its own, and no package.json. */
export function pythonDirs(project: Project): readonly string[] {
  const listed = project.files.filter((file) => packages.test(posix.basename(file))).map((file) => posix.dirname(file))
  const serves = (dir: string) =>
    project.files.some((file) => file.endsWith('.py') && isBelow(file, dir) && served.test(project.text(file) ?? ''))
  return [...new Set(listed)].filter(
    (dir) => dir !== '.' && !project.files.includes(`${dir}/package.json`) && serves(dir),
  )
}

/** The project without the Node apps: the directory, and deployment files above that are nobody's. */
export function pythonProject(project: Project, dir: string, nodeDirs: readonly string[]): Project {
  const isShared = (file: string) =>
    posix.dirname(file) === '.' && !nodeDirs.includes('.') && !/\.([cm]?[jt]sx?|py)$|^package\.json$/.test(file)
  return {
    files: project.files.filter((file) => isBelow(file, dir) || isShared(file)),
    lockFiles: project.lockFiles,
    unread: project.unread,
    tracked: (file) => project.tracked(file),
    ignored: (file) => project.ignored(file),
    text: (file) => project.text(file),
  }
}
