import type { BackgroundProbe } from '../../tui/terminal/background-probe.ts'

/** Leaves the terminal only when no answer of it is due: the shell would take it for typed text. */
export interface Leaving {
  /** Calls `stop`, at most 100 ms later. Does nothing while an earlier call waits, and if the end overtakes it. */
  suspend(stop: () => void): void
  /** Resolves when the terminal may be left for good, after 100 ms at most. */
  end(): Promise<void>
}

/** `probe`: null if the terminal was not asked. */
export function openLeaving(probe: Pick<BackgroundProbe, 'whenSettled'> | null): Leaving {
  let isSuspending = false
  let hasEnded = false
  const settled = (then: () => void): void => (probe === null ? then() : probe.whenSettled(then))
  return {
    suspend(stop) {
      if (isSuspending) return
      const wasEnded = hasEnded
      isSuspending = true
      settled(() => {
        isSuspending = false
        if (hasEnded === wasEnded) stop()
      })
    },
    end() {
      hasEnded = true
      return new Promise(settled)
    },
  }
}
