import type { ExitCode } from '../domain/error.ts'
import type { World } from '../ports/world.ts'

/** What is outside a command. Each function takes the part that it uses: `Pick<CommandContext, 'clock' | 'terminal'>`. */
export interface CommandContext extends World {
  /** Settles with an exit code when the user or the system requests the end. Never rejects. */
  readonly interrupted: Promise<ExitCode>
}

/**
 * A command: does its work and returns the exit code.
 * @throws AxisorError for a failure with an explanation; InterruptedError if it was interrupted at a prompt
 */
export type Command<Options> = (options: Options, context: CommandContext) => Promise<ExitCode>
