import { EXIT, type ExitCode } from '../domain/error.ts'
import type { Signals } from '../ports/signals.ts'

const CODES = {
  SIGINT: EXIT.interrupted,
  SIGTERM: EXIT.terminated,
  SIGHUP: EXIT.hungUp,
} as const

/** Waits for the first signal that asks to end. From then on the system's own reaction is back: a second one ends at once. */
export function untilStopped(signals: Signals): { readonly stopped: Promise<ExitCode>; end(): void } {
  let resolve: (code: ExitCode) => void = () => {}
  const stopped = new Promise<ExitCode>(done => {
    resolve = done
  })
  const cancels = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map(name =>
    signals.on(name, () => {
      end()
      resolve(CODES[name])
    }),
  )
  function end(): void {
    for (const cancel of cancels) cancel()
  }
  return { stopped, end }
}
