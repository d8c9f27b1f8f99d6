/** What `koa-shared-session --help` prints. */
export function overview(): string {
  return `koa-shared-session: sessions for Koa apps that run in more than one process

Usage
  koa-shared-session <command> [options]

Commands
  migrate [dir]   Reads an app and prints what breaks in several processes, and how to mend it
  doctor [dir]    Checks what an app runs with: Redis, directory, key, and what it really sends
  serve <app>     Runs an app in several workers, and reloads it without a failed request
  secret          Makes a secret key, or puts a new one in the place of another
  sessions <act>  Counts, lists, revokes or prunes the sessions of an app

  koa-shared-session <command> --help says more about one command.
`
}
