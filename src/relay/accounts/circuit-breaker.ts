import type { AxisorError } from '../../domain/error.ts'
import { ForgettingMap } from '../../domain/forgetting-map.ts'
import type { KeyRefusal } from '../../domain/status.ts'
import type { RelayLimits } from '../limits.ts'

interface Refusal {
  readonly error: AxisorError
  /** Identifies the rejected key: a different key is tried at once. */
  readonly keyVersion: number
  readonly until: number
  readonly pauseMs: number
}

/** Passing refusals of a key that was accepted before. */
interface Spell {
  readonly refusal: KeyRefusal
  readonly keyVersion: number
  readonly endsAt: number
}

/** An account whose key is refused. Times are ms since 1970. */
export interface KeyRefusalReport {
  readonly userId: string
  readonly error: AxisorError
  /** When it was refused: for a key that never worked the last time, else the first. */
  readonly since: number
  readonly nextAttemptAt: number
}

/** How long after the last attempt an account that no client watches keeps its place in the schedule. */
const SPELL_MS = 1_800_000

function countsUntil({ until, pauseMs }: Refusal): number {
  return until + pauseMs
}

/**
 * Remembers which keys the exchange has refused. The exchange bans addresses that send too many bad requests, so one
 * revoked key could block all users. A key that never worked is retried only after a long pause or when it was
 * replaced. A key that worked before has the schedule of its feed, which a feed that is opened later continues.
 */
export class CircuitBreaker {
  readonly #limits: RelayLimits
  /** A refusal expires once the next one of the same key would start with the short pause again. */
  readonly #failures = new ForgettingMap<Refusal>((refusal, now) => now >= countsUntil(refusal))

  readonly #spells = new ForgettingMap<Spell>(({ endsAt }, now) => now >= endsAt)

  constructor(limits: RelayLimits) {
    this.#limits = limits
  }

  /**
   * Returns why an account must not be tried now, or null if it may be. `keyVersion` changes with the account's key.
   */
  refusal(userId: string, keyVersion: number, now: number): AxisorError | null {
    const known = this.#failures.get(userId)
    return known !== undefined && known.keyVersion === keyVersion && now < known.until ? known.error : null
  }

  recordRefusal(userId: string, keyVersion: number, error: AxisorError, now: number): void {
    const known = this.#failures.get(userId)
    const { refusedPauseMs, maxRefusedPauseMs } = this.#limits
    const isAgain = known?.keyVersion === keyVersion && now < countsUntil(known)
    const pauseMs = isAgain ? Math.min(known.pauseMs * 2, maxRefusedPauseMs) : refusedPauseMs
    this.#failures.set(userId, { error, keyVersion, pauseMs, until: now + pauseMs }, now)
  }

  /** Records the last refusal of a key that worked before, or with null that it works again. */
  recordSpell(userId: string, keyVersion: number, refusal: KeyRefusal | null, now: number): void {
    if (refusal === null) this.#spells.delete(userId)
    else {
      const endsAt = (refusal.retryAt ?? now) + SPELL_MS
      this.#spells.set(userId, { refusal, keyVersion, endsAt }, now)
    }
  }

  /** Returns the last refusal of a key that worked before, or null if there is none. Its attempts go on from there. */
  spell(userId: string, keyVersion: number, now: number): KeyRefusal | null {
    const known = this.#spells.get(userId)
    const counts = known !== undefined && known.keyVersion === keyVersion && now < known.endsAt
    return counts ? known.refusal : null
  }

  /** Number of refusals in memory. */
  get size(): number {
    return this.#failures.size + this.#spells.size
  }

  /** Returns the accounts that are not tried at `now`, or whose key worked before and is refused. */
  refusals(now: number): readonly KeyRefusalReport[] {
    const blocked = [...this.#failures.entries()].flatMap(([userId, { error, until, pauseMs }]) =>
      now < until ? [{ userId, error, since: until - pauseMs, nextAttemptAt: until }] : [],
    )
    const spells = [...this.#spells.entries()].flatMap(([userId, { refusal, endsAt }]) => {
      const { error, since, retryAt } = refusal
      return now < endsAt ? [{ userId, error, since, nextAttemptAt: retryAt ?? now }] : []
    })
    return [...blocked, ...spells]
  }

  /** Returns the number of accounts whose key is refused at `now`. */
  count(now: number): number {
    return this.refusals(now).length
  }
}
