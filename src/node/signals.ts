import type { Signals } from '../ports/signals.ts'

/** Signals of this process. */
export function openSignals(): Signals {
  return {
    on(name, heard) {
      process.on(name, heard)
      return () => process.removeListener(name, heard)
    },
    suspend() {
      // Like a Ctrl-Z that the terminal itself sends: to the whole process group, so that the shell notices, and not
      // caught by us. The call returns when the process is continued; without a shell to do that nothing stops.
      const ours = process.listeners('SIGTSTP')
      process.removeAllListeners('SIGTSTP')
      process.kill(0, 'SIGTSTP')
      for (const listener of ours) process.on('SIGTSTP', listener)
    },
  }
}
