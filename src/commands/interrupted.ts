import type { ExitCode } from '../domain/error.ts'

/** The person or the system has asked to end in the middle of something: nothing is said about it, as it is what was wanted. */
export class InterruptedError extends Error {
  override readonly name = 'Stopped'
  readonly exitCode: ExitCode

  constructor(exitCode: ExitCode) {
    super('stopped')
    this.exitCode = exitCode
  }
}
