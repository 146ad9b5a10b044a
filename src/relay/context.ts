import type { Chance, Clock } from '../ports/clock.ts'
import type { Seal } from '../ports/crypto.ts'
import type { RelayLimits } from './limits.ts'
import type { RelayCounts } from './stats.ts'

/** What the core of a relay needs of the world. */
export interface RelayWorld {
  readonly clock: Clock
  readonly chance: Chance
  readonly seal: Pick<Seal, 'sha256'>
  /** Calls `then` after everybody else who waits has had a turn. */
  nextTurn(then: () => void): void
}

/** Where a relay tells what happens to it. `fields` never hold a secret, an amount or a text that somebody else wrote. */
export interface RelayLog {
  info(event: string, fields?: Readonly<Record<string, string | number | boolean>>): void
  warn(event: string, fields?: Readonly<Record<string, string | number | boolean>>): void
}

/** What all rooms share. */
export interface RoomMeans {
  readonly world: RelayWorld
  readonly limits: RelayLimits
  readonly counts: RelayCounts
}
