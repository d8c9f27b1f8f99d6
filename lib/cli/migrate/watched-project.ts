import type { Project } from '../../audit/project/project.js'

/** The same project, which tells how many of its files have been looked into. */
export function watchedProject(project: Project, show: (done: number, total: number) => void): Project {
  const seen = new Set<string>()
  return {
    files: project.files,
    unread: project.unread,
    lockFiles: project.lockFiles,
    typeAbove: project.typeAbove,
    tracked: project.tracked,
    ignored: project.ignored,
    text(file) {
      if (!seen.has(file)) show(seen.add(file).size, project.files.length)
      return project.text(file)
    },
  }
}
