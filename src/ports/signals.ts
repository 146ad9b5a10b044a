import type { Cancel } from './clock.ts'

/** Signals handled by the program. */
export type SignalName = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGQUIT' | 'SIGTSTP' | 'SIGCONT'

/** Signals of the process. */
export interface Signals {
  /** Subscribes to a signal. The default action of the system is disabled while there are subscribers. */
  on(name: SignalName, listener: () => void): Cancel
  /** Suspends this process as Ctrl-Z does; returns after it was continued. */
  suspend(): void
}
