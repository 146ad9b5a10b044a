import type { Cancel } from './clock.ts'

/** What the system or the user at the keyboard can tell a program at any time. */
export type SignalName = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGTSTP' | 'SIGCONT'

/** Signals of the process. */
export interface Signals {
  /** Tells of each arrival; while anybody listens, the system's own reaction to that signal does not take place. */
  on(name: SignalName, listener: () => void): Cancel
  /** Stops this process as Ctrl-Z does; returns after it was continued. */
  suspend(): void
}
