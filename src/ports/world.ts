import type { Cancel, Chance, Clock } from './clock.ts'
import type { Files } from './files.ts'
import type { Http, Sockets } from './net.ts'
import type { Signals } from './signals.ts'
import type { Terminal } from './terminal.ts'

/** The network, as clients see it. */
export interface Net {
  readonly http: Http
  readonly sockets: Sockets
}

/**
 * All that a command needs from outside, passed as an argument: made real once, in node/, and faked once, for tests. What
 * is dear to load is opened only by who uses it.
 */
export interface World {
  /** Of the program, as in package.json. */
  readonly version: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  readonly chance: Chance
  readonly files: Files
  readonly terminal: Terminal
  readonly signals: Signals
  /** Minutes that the local time is ahead of UTC at a moment (ms since 1970). */
  localOffsetMinutes(atMs: number): number
  openNet(): Promise<Net>
  /** What must be undone, at once and synchronously, should the program have to end by a bug. */
  onCrash(undo: () => void): Cancel
}
