import { EXIT, type ExitCode } from '../domain/error.ts'
import type { Signals } from '../ports/signals.ts'

const CODES = {
  SIGINT: EXIT.interrupted,
  SIGTERM: EXIT.terminated,
  SIGHUP: EXIT.hungUp,
} as const

/**
 * Waits for the first signal that asks to end. It listens on until `end`, because a library that watches signals too would
 * kill the process as soon as it is the last to listen, before the terminal is given back.
 */
export function onInterrupt(signals: Signals): { readonly interrupted: Promise<ExitCode>; end(): void } {
  const { promise: interrupted, resolve } = Promise.withResolvers<ExitCode>()
  const cancels = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map(name =>
    signals.on(name, () => resolve(CODES[name])),
  )
  return {
    interrupted,
    end() {
      for (const cancel of cancels) cancel()
    },
  }
}
