/** The value of a flag: `-i 4`, `--instances=4`. */
export function flagOf(args: readonly string[], flag: RegExp): string | undefined {
  for (const [index, argument] of args.entries()) {
    const [name = '', ...value] = argument.split('=')
    if (flag.test(argument)) return args[index + 1]
    if (value.length > 0 && flag.test(name)) return value.join('=')
  }
  return undefined
}
