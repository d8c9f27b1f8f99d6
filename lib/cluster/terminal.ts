import { closeSync, openSync } from 'node:fs'
import { isatty } from 'node:tty'

/**
 * Call it at the start; what it answers tells whether the terminal that the process was started in has gone. SIGHUP says
 * "reload" to a server and "your terminal was closed" to a program in one.
 */
export function watchTerminal(): () => boolean {
  const inTerminal = [0, 1, 2].some((fd) => isatty(fd)) && hasTerminal()
  return () => inTerminal && !hasTerminal()
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'))
    return true
  } catch {
    return false
  }
}
