/** What `koa-shared-session --help` prints. */
export function overview(): string {
  return `koa-shared-session: sessions for Koa apps that run in more than one process

Usage
  koa-shared-session <command> [options]

Commands
  migrate [dir]   Reads an app and prints what breaks in several processes, and how to mend it

  koa-shared-session <command> --help says more about one command.
`
}
