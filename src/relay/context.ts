import type { Clock, Random } from '../ports/clock.ts'
import type { Crypto } from '../ports/crypto.ts'
import type { RelayLimits } from './limits.ts'
import type { RelayStats } from './stats.ts'

/** What the core of a relay needs of the world. */
export interface RelayDeps {
  readonly clock: Clock
  readonly random: Random
  readonly crypto: Pick<Crypto, 'sha256'>
  /** Calls `then` after everybody else who waits has had a turn. */
  yieldToEventLoop(then: () => void): void
}

/** Where a relay tells what happens to it. `fields` never hold a secret, an amount or a text that somebody else wrote. */
export interface RelayLog {
  info(event: string, fields?: Readonly<Record<string, string | number | boolean>>): void
  warn(event: string, fields?: Readonly<Record<string, string | number | boolean>>): void
}

/** What all rooms share. */
export interface RoomContext {
  readonly world: RelayDeps
  readonly limits: RelayLimits
  readonly stats: RelayStats
}
