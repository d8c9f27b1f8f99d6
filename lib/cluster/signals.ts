/** npm passes a signal on within this time, in ms. */
const echoTime = 500

/**
 * Whether a signal is one that npm passed on: one Ctrl-C in a terminal reaches npm and the server, and npm sends it to
 * the server again.
 */
export function isEcho(
  name: string,
  at: number,
  last: { name: string; at: number } | undefined,
  underNpm: boolean,
): boolean {
  return underNpm && last?.name === name && at - last.at < echoTime
}
