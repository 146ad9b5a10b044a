import type { Flags } from '../config/setting-sources.ts'
import type { ExitCode } from '../domain/error.ts'
import type { World } from '../ports/world.ts'

/** One call of one command. */
export interface CommandContext {
  readonly world: World
  /** The flags that were typed, by their names without dashes. */
  readonly flags: Flags
  /** Settles when the user or the system asks to end, with the exit code to end with. Never rejects. */
  readonly interrupted: Promise<ExitCode>
}

/**
 * What every command is: it prints, and says how to exit.
 * @throws AxisorError for a failure that it can explain
 */
export type Command = (call: CommandContext) => Promise<ExitCode>
