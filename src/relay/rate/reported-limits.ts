import { ForgettingMap } from '../../domain/forgetting-map.ts'
import { MAX_LIMITED_MS, retryAfterMs, SPACED_AFTER_429_MS } from '../../domain/retry-after.ts'
import type { TokenBucketLimits } from '../../domain/token-bucket.ts'
import type { RateLimitWindow } from '../../ports/broker.ts'
import type { Clock } from '../../ports/clock.ts'
import type { HttpReply } from '../../ports/net.ts'
import { decodeReportedLimit } from '../../wire/lnm/rate-limit-headers.ts'
import { limitedMs } from '../../wire/lnm/rest-error.ts'

/** What was reported is forgotten this long after the last reply. */
const KEPT_MS = 600_000

/** Requests may arrive closer together than they were sent. */
const JITTER_MS = 300

/** The broker keeps the time of each request of a window. */
const MAX_COUNT = 1_000

interface Reported {
  /** Empty if the exchange reports no policy. */
  readonly windows: readonly RateLimitWindow[]
  readonly pausedUntil: number
  readonly spacedUntil: number
  readonly keptUntil: number
}

/** The limits that the replies to one relay report, by the name of the limit. */
export class ReportedLimits {
  readonly #clock: Clock
  readonly #reported = new ForgettingMap<Reported>(({ keptUntil }, now) => now >= keptUntil)

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Believes the policies of a reply, pauses if no request is left or after a 429, and then spaces requests. */
  observe(name: string, reply: HttpReply): void {
    const now = this.#clock.nowMs()
    const before = this.#reported.get(name)
    const { policies, emptyForMs } = decodeReportedLimit(reply.headers)
    const refusedMs = reply.status === 429 ? limitedMs(retryAfterMs(reply.headers, now)) : 0
    const pauseMs = Math.min(Math.max(emptyForMs, refusedMs), MAX_LIMITED_MS)
    const reported: Reported = {
      windows: policies.length > 0 ? policies.map(windowOf) : (before?.windows ?? []),
      pausedUntil: Math.max(before?.pausedUntil ?? 0, now + pauseMs),
      spacedUntil: reply.status === 429 ? now + SPACED_AFTER_429_MS : (before?.spacedUntil ?? 0),
      keptUntil: now + KEPT_MS,
    }
    if (before !== undefined || policies.length > 0 || pauseMs > 0) this.#reported.set(name, reported, now)
  }

  /** Ms until requests may be sent again. */
  pauseMs(name: string): number {
    return Math.max(0, (this.#reported.get(name)?.pausedUntil ?? 0) - this.#clock.nowMs())
  }

  /** The windows that all apply: those that were reported, else the usual one; a single request each after a 429. */
  windowsOf(name: string, usual: RateLimitWindow): readonly RateLimitWindow[] {
    const reported = this.#reported.get(name)
    const windows = reported === undefined || reported.windows.length === 0 ? [usual] : reported.windows
    if (this.#clock.nowMs() >= (reported?.spacedUntil ?? 0)) return windows
    return [{ count: 1, windowMs: Math.max(...windows.map(spacingMs)) }]
  }
}

function spacingMs({ count, windowMs }: RateLimitWindow): number {
  return Math.ceil(windowMs / count)
}

/**
 * Returns a window that never exceeds a token bucket: as many requests as it holds, in the time that fills it. A policy slower than one
 * request in 30 s counts as that.
 */
function windowOf({ burst, perSecond }: TokenBucketLimits): RateLimitWindow {
  const count = Math.min(Math.floor(burst), MAX_COUNT)
  const fillMs = Math.min(1_000 / perSecond, MAX_LIMITED_MS) * count
  return { count, windowMs: Math.ceil(fillMs) + JITTER_MS }
}
