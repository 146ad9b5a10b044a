import type { AxisorError } from '../../domain/error.ts'
import { ForgettingMap } from '../../domain/forgetting-map.ts'
import type { RelayLimits } from '../limits.ts'

interface Refusal {
  readonly error: AxisorError
  /** Which key it was: another one is tried at once. */
  readonly keyOf: number
  readonly until: number
  readonly pauseMs: number
}

function countsUntil({ until, pauseMs }: Refusal): number {
  return until + pauseMs
}

/**
 * Remembers which accounts the exchange has refused. It bans addresses that send it too many bad requests, and one revoked key of one
 * user must not do that to all: so such a key is not tried again until it was replaced, or a long pause is over.
 */
export class CircuitBreaker {
  readonly #limits: RelayLimits
  /** A refusal is forgotten once the next one of the same key would begin with the short pause again. */
  readonly #failures = new ForgettingMap<Refusal>((refusal, now) => now >= countsUntil(refusal))

  constructor(limits: RelayLimits) {
    this.#limits = limits
  }

  /** Why an account is not to be tried now; null if it may be. `keyOf` changes with the account's key. */
  refusal(userId: string, keyOf: number, now: number): AxisorError | null {
    const known = this.#failures.get(userId)
    return known !== undefined && known.keyOf === keyOf && now < known.until ? known.error : null
  }

  refused(userId: string, keyOf: number, error: AxisorError, now: number): void {
    const known = this.#failures.get(userId)
    const { refusedPauseMs, refusedCeilingMs } = this.#limits
    const isAgain = known?.keyOf === keyOf && now < countsUntil(known)
    const pauseMs = isAgain ? Math.min(known.pauseMs * 2, refusedCeilingMs) : refusedPauseMs
    this.#failures.set(userId, { error, keyOf, pauseMs, until: now + pauseMs }, now)
  }

  /** How many refusals are held. */
  get size(): number {
    return this.#failures.size
  }

  /** How many accounts are not tried at this moment. */
  count(now: number): number {
    return [...this.#failures.values()].filter(({ until }) => now < until).length
  }
}
