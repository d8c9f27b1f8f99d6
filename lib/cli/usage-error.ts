/** The words given to the command are wrong, or what they name is: exit code 2, no stack trace. */
export class UsageError extends Error {
  override readonly name = 'UsageError'

  /** `instead` is what was probably meant. */
  constructor(
    message: string,
    instead?: string,
    readonly exitCode: number = 2,
  ) {
    super(instead === undefined ? message : `${message} Did you mean ${instead}?`)
  }
}
