import type { Typed } from '../config/setting-sources.ts'
import type { ExitCode } from '../domain/error.ts'
import type { World } from '../ports/world.ts'

/** One call of one command. */
export interface Call {
  readonly world: World
  /** The flags that were typed, by their names without dashes. */
  readonly typed: Typed
  /** Settles when the user or the system asks to end, with the exit code to end with. Never rejects. */
  readonly stopped: Promise<ExitCode>
}

/**
 * What every command is: it prints, and says how to exit.
 * @throws AxisorError for a failure that it can explain
 */
export type Command = (call: Call) => Promise<ExitCode>
