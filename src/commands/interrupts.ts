import { EXIT, type ExitCode } from '../domain/error.ts'
import type { Signals } from '../ports/signals.ts'

const CODES = {
  SIGINT: EXIT.interrupted,
  SIGTERM: EXIT.terminated,
  SIGHUP: EXIT.hungUp,
  SIGQUIT: EXIT.quit,
} as const

/**
 * Waits for the first signal that requests the end. It keeps its listeners until `end`: a library that listens to signals too would
 * otherwise be the last listener and kill the process before the terminal is restored.
 */
export function onInterrupt(signals: Signals): { readonly interrupted: Promise<ExitCode>; end(): void } {
  const { promise: interrupted, resolve } = Promise.withResolvers<ExitCode>()
  const cancels = (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const).map(name =>
    signals.on(name, () => resolve(CODES[name])),
  )
  return {
    interrupted,
    end() {
      for (const cancel of cancels) cancel()
    },
  }
}
