import type { Clock, Random } from '../ports/clock.ts'
import type { Crypto } from '../ports/crypto.ts'
import type { LimitLog } from './limit-log.ts'
import type { RelayLimits } from './limits.ts'
import type { RelayStats } from './stats.ts'

/** The parts of the outside world that the core of a relay uses. */
export interface RelayDeps {
  readonly clock: Clock
  readonly random: Random
  readonly crypto: Pick<Crypto, 'sha256'>
  /** Calls `then` after other pending work of the event loop. */
  yieldToEventLoop(then: () => void): void
}

/** The log of a relay. `fields` never hold a secret, an amount or text from outside. */
export interface RelayLog {
  info(event: string, fields?: Readonly<Record<string, string | number | boolean>>): void
  warn(event: string, fields?: Readonly<Record<string, string | number | boolean>>): void
  error(event: string, fields?: Readonly<Record<string, string | number | boolean>>): void
}

/** What all rooms share. */
export interface RoomContext {
  readonly deps: RelayDeps
  readonly limits: RelayLimits
  readonly stats: RelayStats
  readonly log: RelayLog
  readonly limitLog: LimitLog
}
