import { AxisorError } from '../../domain/error.ts'
import type { Broker, RateLimitWindow } from '../../ports/broker.ts'
import type { Clock } from '../../ports/clock.ts'
import type { HttpReply } from '../../ports/net.ts'
import { ReportedLimits } from './reported-limits.ts'

/**
 * Limits of all relays together while the exchange reports none: 5 signed requests per second and key, 1 public request per second and address. The
 * windows are slightly wider than the exchange's own, because requests may arrive closer together than they were
 * sent. All relays of a cluster are assumed to share one address; a single relay counts by itself.
 */
const WINDOWS = {
  signed: { count: 5, windowMs: 1_300 },
  public: { count: 1, windowMs: 1_200 },
} as const satisfies Readonly<Record<string, RateLimitWindow>>

/** A low-priority request that has waited this long competes equally with high-priority ones, one such request at a time. */
const MAX_LOW_PRIORITY_WAIT_MS = 10_000

/** Pause before the broker is tried again after an error. */
const RETRY_MS = 50

/** Identifies the limit that a request counts against. A request waits only while the lease is held. */
export interface RateLimitKey {
  /** Host of the exchange's REST API; each is counted separately. */
  readonly host: string
  /** Digest of the API key. */
  readonly keyDigest: string
  holdsLease(): boolean
}

/** Path with query, and how the request is sent. */
export interface GatedRequest {
  readonly target: string
  readonly isSigned: boolean
  /** `low` waits for all others. */
  readonly priority: 'high' | 'low'
}

interface Waiting {
  readonly since: number
}

/** Sends the request, and passes its reply to `observe` before it resolves. */
type Send<T> = (observe: (reply: HttpReply) => void) => Promise<T>

/** For low-priority requests such as candles or the history: half of the slots are left for high-priority ones of any relay. */
function halfOf({ count, windowMs }: RateLimitWindow): RateLimitWindow {
  return count > 1 ? { count: Math.floor(count / 2), windowMs } : { count, windowMs: windowMs * 2 }
}

/** Sends requests to the exchange at the rate that all relays together may use. */
export class SharedRateLimiter {
  readonly #clock: Clock
  readonly #broker: Pick<Broker, 'consume'>
  /** Pending public requests by host and target; equal requests share one reply. */
  readonly #shared = new Map<string, Promise<unknown>>()
  /** The overdue low-priority request of each limit. */
  readonly #overdue = new Map<string, Waiting>()
  readonly #reported: ReportedLimits

  constructor(clock: Clock, broker: Pick<Broker, 'consume'>) {
    this.#clock = clock
    this.#broker = broker
    this.#reported = new ReportedLimits(clock)
  }

  /**
   * Sends a request when the limits permit: those that the exchange reports to this process, else the usual ones. Equal public requests of this process share one reply, so that many
   * accounts cost one ticker; except for the exchange's time, whose round trip is measured.
   * @throws AxisorError unavailable, if the lease ends first; also whatever `send` throws
   */
  async run<T>(
    rateKey: RateLimitKey,
    { target, isSigned, priority }: GatedRequest,
    send: Send<T>,
  ): Promise<T> {
    const { host, keyDigest } = rateKey
    const never = () => false
    if (isSigned) {
      const name = `signed:${host}:${keyDigest}`
      return priority === 'high'
        ? this.#consumeAndSend(rateKey, name, WINDOWS.signed, never, send)
        : this.#sendLowPriority(rateKey, name, WINDOWS.signed, send)
    }
    const sendOwn =
      priority === 'high'
        ? () => this.#consumeAndSend(rateKey, `public:${host}`, WINDOWS.public, never, send)
        : () => this.#sendLowPriority(rateKey, `public:${host}`, WINDOWS.public, send)
    if (/\/time$/.test(target)) return sendOwn()
    const requestKey = `${host}${target}`
    const pending = this.#shared.get(requestKey)
    // Equal targets have replies of the same type. If the shared request fails, this one is sent after all.
    if (pending !== undefined) return (pending as Promise<T>).catch(sendOwn)
    const reply = sendOwn()
    this.#shared.set(requestKey, reply)
    try {
      return await reply
    } finally {
      this.#shared.delete(requestKey)
    }
  }

  /** Lets high-priority requests go first, up to a maximum wait. */
  async #sendLowPriority<T>(
    rateKey: RateLimitKey,
    name: string,
    usual: RateLimitWindow,
    send: Send<T>,
  ): Promise<T> {
    const waiting: Waiting = { since: this.#clock.nowMs() }
    const yields = () => {
      const isOverdue = this.#clock.nowMs() - waiting.since >= MAX_LOW_PRIORITY_WAIT_MS
      if (isOverdue && !this.#overdue.has(name)) this.#overdue.set(name, waiting)
      return this.#overdue.get(name) !== waiting
    }
    const stopWaiting = () => {
      if (this.#overdue.get(name) === waiting) this.#overdue.delete(name)
    }
    try {
      return await this.#consumeAndSend(rateKey, name, usual, yields, observe => {
        stopWaiting()
        return send(observe)
      })
    } finally {
      stopWaiting()
    }
  }

  /** `yields` returns true while the request leaves half of the slots to others. */
  async #consumeAndSend<T>(
    rateKey: RateLimitKey,
    name: string,
    usual: RateLimitWindow,
    yields: () => boolean,
    send: Send<T>,
  ): Promise<T> {
    for (;;) {
      if (!rateKey.holdsLease())
        throw new AxisorError(
          'unavailable',
          'the lease has expired: another relay of the cluster may watch this account now',
        )
      const pauseMs = this.#reported.pauseMs(name)
      const windows = this.#reported.windowsOf(name, usual)
      const waitMs =
        pauseMs > 0 ? pauseMs : await this.#consume(name, yields() ? windows.map(halfOf) : windows)
      if (waitMs === 0) return send(reply => this.#reported.observe(name, reply))
      await this.#pause(waitMs)
    }
  }

  /** Consumes a request of each window. Returns 0 if granted, otherwise the ms to wait before the next try. */
  async #consume(name: string, windows: readonly RateLimitWindow[]): Promise<number> {
    try {
      for (const [index, window] of windows.entries()) {
        const waitMs = await this.#broker.consume(index === 0 ? name : `${name}:${index}`, window)
        if (waitMs > 0) return waitMs
      }
      return 0
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
      return RETRY_MS
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise(resolve => {
      this.#clock.after(ms, resolve)
    })
  }
}
