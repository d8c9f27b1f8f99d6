/** Whether a Node of this version can run the package: `engines` of package.json. */
export function isSupportedNode(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19)
}

/** What to tell somebody whose Node is of another version. */
export const nodeRefusal = (version: string) =>
  `This is Node ${version}, and koa-shared-session needs 20.19 or later, or 22.12 or later. Older ones lack what it uses: install a newer Node.`
