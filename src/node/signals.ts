import type { Signals } from '../ports/signals.ts'

/** Implements the `Signals` port for this process. */
export function openSignals(): Signals {
  return {
    on(name, listener) {
      process.on(name, listener)
      return () => process.removeListener(name, listener)
    },
    suspend() {
      // Like Ctrl-Z in a terminal: sent to the whole process group, so that the shell notices, with our handlers removed.
      // The call returns when the process is continued. Without a job-control shell the process is not stopped.
      const suspended = process.listeners('SIGTSTP')
      process.removeAllListeners('SIGTSTP')
      process.kill(0, 'SIGTSTP')
      for (const listener of suspended) process.on('SIGTSTP', listener)
    },
  }
}
