import type { ExitCode } from '../domain/error.ts'

/** Thrown when the user or the system ends a command early. Nothing is printed for it: the end was requested. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError'
  readonly exitCode: ExitCode

  constructor(exitCode: ExitCode) {
    super('interrupted')
    this.exitCode = exitCode
  }
}
