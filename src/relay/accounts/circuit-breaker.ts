import type { AxisorError } from '../../domain/error.ts'
import { ForgettingMap } from '../../domain/forgetting-map.ts'
import type { RelayLimits } from '../limits.ts'

interface Refusal {
  readonly error: AxisorError
  /** Identifies the rejected key: a different key is tried at once. */
  readonly keyVersion: number
  readonly until: number
  readonly pauseMs: number
}

function countsUntil({ until, pauseMs }: Refusal): number {
  return until + pauseMs
}

/**
 * Remembers which accounts the exchange has rejected. The exchange bans addresses that send too many bad requests, so
 * one revoked key could block all users. A rejected key is retried only after a long pause or when it was replaced.
 */
export class CircuitBreaker {
  readonly #limits: RelayLimits
  /** A refusal expires once the next one of the same key would start with the short pause again. */
  readonly #failures = new ForgettingMap<Refusal>((refusal, now) => now >= countsUntil(refusal))

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

  /** Number of refusals in memory. */
  get size(): number {
    return this.#failures.size
  }

  /** Returns the number of accounts that are blocked at `now`. */
  count(now: number): number {
    return [...this.#failures.values()].filter(({ until }) => now < until).length
  }
}
