import type { RouteName } from '../../wire/lnm/routes.ts'

/** Pause after the first 403 of a route. It doubles with each further one. */
const FIRST_PAUSE_MS = 5_000
const MAX_PAUSE_MS = 300_000

interface Refusal {
  readonly pauseMs: number
  /** Earliest time of the next request, our clock. */
  readonly nextAt: number
}

/**
 * Decides when a route that was answered with 403 is requested again. The key may lack the permission, or a firewall may block the
 * request for a while: a 403 does not say which, so that it is believed only for a growing pause, up to 5 minutes.
 */
export class ForbiddenRoutes {
  readonly #refusals = new Map<RouteName, Refusal>()

  /** Returns false during the pause after a 403. */
  mayAsk(name: RouteName, now: number): boolean {
    const refusal = this.#refusals.get(name)
    return refusal === undefined || now >= refusal.nextAt
  }

  /** Records a 403. Several replies to requests of one moment count once. */
  refused(name: RouteName, now: number): void {
    const before = this.#refusals.get(name)
    if (before !== undefined && now < before.nextAt) return
    const pauseMs = before === undefined ? FIRST_PAUSE_MS : Math.min(before.pauseMs * 2, MAX_PAUSE_MS)
    this.#refusals.set(name, { pauseMs, nextAt: now + pauseMs })
  }

  /** Records any other reply: the route is not forbidden. */
  accepted(name: RouteName): void {
    this.#refusals.delete(name)
  }

  /** Ends all pauses, after a reconnect or on request of the user. */
  reset(): void {
    this.#refusals.clear()
  }
}
