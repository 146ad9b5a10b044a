import { EXIT, type ExitCode } from '../../domain/error.ts'
import type { CommandContext } from '../command-context.ts'

/** The maximum duration of a stop; what has not ended by then ends with the process. */
const STOP_MS = 9_000

/** The same signal again within this time belongs to the first one: a launcher forwards what a supervisor also sends to its child. */
const SAME_SIGNAL_MS = 1_000

/** Settles at a later second signal, or when a stop takes too long. */
export function forceStop(
  code: ExitCode,
  { signals, clock }: Pick<CommandContext, 'signals' | 'clock'>,
): { readonly forced: Promise<ExitCode>; end(): void } {
  const { promise: forced, resolve } = Promise.withResolvers<ExitCode>()
  const startedAt = clock.nowMs()
  const force = (exitCode: ExitCode) => {
    if (exitCode !== code || clock.nowMs() - startedAt >= SAME_SIGNAL_MS) resolve(exitCode)
  }
  const cancels = [
    signals.on('SIGINT', () => force(EXIT.interrupted)),
    signals.on('SIGTERM', () => force(EXIT.terminated)),
    signals.on('SIGQUIT', () => force(EXIT.quit)),
    clock.after(STOP_MS, () => resolve(code)),
  ]
  return {
    forced,
    end() {
      for (const cancel of cancels) cancel()
    },
  }
}
