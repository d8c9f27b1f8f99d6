/** What the audit reads: a directory as values. Nothing in it is executed. */
export interface Project {
  /** Paths of the files worth reading, relative to the audited directory, POSIX, sorted. */
  readonly files: readonly string[]
  /** Whether git tracks the file; undefined where there is no git checkout to ask. */
  tracked(file: string): boolean | undefined
  /** Whether .gitignore (true) leaves the file out. */
  ignored(file: string): boolean
  /** The text with its byte order mark, or undefined when there is no such file or it cannot be read as text. */
  text(file: string): string | undefined
  /** Lock files of package managers: which are there, not what they hold. */
  readonly lockFiles: readonly string[]
  /** `type` of the nearest package.json above the directory, by which Node reads files where no package.json is nearer. */
  readonly typeAbove: string | undefined
  /** What could not be read and why, for the report. */
  readonly unread: readonly NotLooked[]
}

/** Something the audit did not look at, and why. */
export interface NotLooked {
  /** A file, or a question. */
  readonly what: string
  readonly why: string
}
