/** A file-name-safe form of a package's name: a scope's `@` dropped, its `/` made `-`. */
export function appDirectoryName(packageName: string): string {
  return `${packageName.replace(/^@/, '').replace(/[^A-Za-z0-9._-]+/g, '-')}_sessions`
}
