import type { Secret } from '../../domain/secret.ts'
import type { Cancel, Clock } from '../../ports/clock.ts'
import type { Notifier } from '../../ports/notifier.ts'

const TIMEOUT_MS = 10_000

/** Where and how often a heartbeat is sent. */
export interface HeartbeatTarget {
  readonly url: Secret
  readonly everyMs: number
}

/** What a heartbeat needs. */
export interface HeartbeatDeps extends HeartbeatTarget {
  readonly clock: Clock
  readonly notifier: Pick<Notifier, 'ping'>
  /** Read before each ping: a dead, a blind and a waiting host send none. */
  readonly isHealthy: () => boolean
  /** Called after each ping: null if it was taken, else why not. */
  readonly onResult: (problem: string | null) => void
}

/** Pings a URL at an interval while the host is healthy, so that an outside service notices a dead or blind one. */
export class Heartbeat {
  readonly #deps: HeartbeatDeps
  #cancel: Cancel = () => {}
  #isClosed = false

  constructor(deps: HeartbeatDeps) {
    this.#deps = deps
  }

  /** Pings as soon as the host is healthy, then at the interval. */
  start(): void {
    void this.#beat()
  }

  close(): void {
    this.#isClosed = true
    this.#cancel()
  }

  async #beat(): Promise<void> {
    const { clock, notifier, url, everyMs, isHealthy, onResult } = this.#deps
    const isDue = isHealthy()
    if (isDue) {
      const result = await notifier.ping(url, TIMEOUT_MS)
      if (this.#isClosed) return
      onResult(result.kind === 'delivered' ? null : result.why)
    }
    // A host that has just started becomes healthy within seconds.
    this.#cancel = clock.after(isDue ? everyMs : WAIT_MS, () => void this.#beat())
  }
}

/** How soon an unhealthy host looks again. */
const WAIT_MS = 1_000
