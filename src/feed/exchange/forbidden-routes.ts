import type { AxisorError } from '../../domain/error.ts'
import type { RouteName } from '../../wire/lnm/routes.ts'

/** Pause after the first 403 of a route. It doubles with each further one. Its multiples are a little shorter than those of the refresh interval. */
const FIRST_PAUSE_MS = 4_000
const MAX_PAUSE_MS = 300_000
/** For a route that has worked before: it is blocked for a while rather than forbidden, and a trader waits for it. */
const MAX_BLOCKED_PAUSE_MS = 30_000

interface Refusal {
  readonly error: AxisorError
  readonly pauseMs: number
  /** Earliest time of the next request, our clock. */
  readonly nextAt: number
}

/**
 * Decides when a route that was answered with 403 is requested again. The key may lack the permission, or a firewall may block the
 * request for a while: a 403 does not show which, so that it is believed only for a growing pause. The pause is at most 5 minutes, or 30 s for
 * a route that has worked before.
 */
export class ForbiddenRoutes {
  readonly #refusals = new Map<RouteName, Refusal>()
  readonly #everAccepted = new Set<RouteName>()

  /** Returns the error of the last 403 during the pause after it; null if the route may be requested. */
  refusalOf(name: RouteName, now: number): AxisorError | null {
    const refusal = this.#refusals.get(name)
    return refusal === undefined || now >= refusal.nextAt ? null : refusal.error
  }

  /** Returns the next time at which a route of `names` that has worked before may be requested again, our clock; null if none is refused. */
  retryAt(names: readonly RouteName[], now: number): number | null {
    const times = names.flatMap(name =>
      this.#everAccepted.has(name) ? (this.#refusals.get(name)?.nextAt ?? []) : [],
    )
    const next = Math.min(...times.filter(time => time > now))
    return Number.isFinite(next) ? next : null
  }

  /** Records the error of a request; only a 403 has an effect. Several replies to requests of one moment count once. */
  failed(name: RouteName, error: AxisorError, now: number): void {
    if (error.code !== 'missing-permission' || this.refusalOf(name, now) !== null) return
    const before = this.#refusals.get(name)
    const maxPauseMs = this.#everAccepted.has(name) ? MAX_BLOCKED_PAUSE_MS : MAX_PAUSE_MS
    const pauseMs = before === undefined ? FIRST_PAUSE_MS : Math.min(before.pauseMs * 2, maxPauseMs)
    this.#refusals.set(name, { error, pauseMs, nextAt: now + pauseMs })
  }

  /** Records a reply that was read: the route is not forbidden. */
  accepted(name: RouteName): void {
    this.#refusals.delete(name)
    this.#everAccepted.add(name)
  }

  /** Ends all pauses, after a reconnect or on request of the user. */
  reset(): void {
    this.#refusals.clear()
  }
}
