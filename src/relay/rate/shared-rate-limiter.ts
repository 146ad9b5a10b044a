import { AxisorError } from '../../domain/error.ts'
import type { Broker, RateLimitWindow } from '../../ports/broker.ts'
import type { Clock } from '../../ports/clock.ts'

/**
 * What all relays together may ask of the exchange: 5 signed requests a second for each key, 1 public one for each address. The windows
 * are a little wider than the exchange's own, as requests may arrive closer together than they were sent. All relays of a cluster are
 * taken to come from one address; a relay that is alone counts by itself.
 */
const ALLOWANCES = {
  signed: { count: 5, windowMs: 1_300 },
  public: { count: 1, windowMs: 1_200 },
  /** For what can wait, such as candles: every second turn is left for what can't, whichever relay it comes from. */
  patient: { count: 1, windowMs: 2_400 },
} as const satisfies Readonly<Record<string, RateLimitWindow>>

/** What can wait has waited for long enough after this: then it takes turns with what can't, one such request at a time. */
const PATIENCE_MS = 10_000

/** While the broker does not answer, it is asked again after so long. */
const RETRY_MS = 50

/** Who wants to spend: while `mayAct` holds, it waits. */
export interface RateLimitKey {
  /** Of the exchange's REST: each counts by itself. */
  readonly host: string
  /** Of the API key; not the key itself. */
  readonly keyDigest: string
  holdsLease(): boolean
}

/** What is to be sent: path and query, and how. */
export interface GatedRequest {
  readonly target: string
  readonly isSigned: boolean
  /** `low` waits for all others. */
  readonly priority: 'high' | 'low'
}

interface Waiting {
  readonly since: number
}

/** Lets requests to the exchange through as fast as all relays together may send them. */
export class SharedRateLimiter {
  readonly #clock: Clock
  readonly #broker: Pick<Broker, 'consume'>
  /** Public requests that wait or are under way, by host and target: whoever wants the same gets the same. */
  readonly #shared = new Map<string, Promise<unknown>>()
  /** By allowance: who has waited for too long. */
  readonly #overdue = new Map<string, Waiting>()

  constructor(clock: Clock, broker: Pick<Broker, 'consume'>) {
    this.#clock = clock
    this.#broker = broker
  }

  /**
   * Sends when it is time to. A public request for what somebody else in this process has just asked for is answered with that
   * reply, so that many accounts cost one ticker; except for the time, whose reply is measured.
   * @throws AxisorError unavailable, when the lease is over before it was its turn; and whatever `send` throws
   */
  async run<T>(
    spender: RateLimitKey,
    { target, isSigned, priority }: GatedRequest,
    send: () => Promise<T>,
  ): Promise<T> {
    const { host, keyDigest } = spender
    if (isSigned)
      return this.#spendAndSend(spender, `signed:${host}:${keyDigest}`, () => ALLOWANCES.signed, send)
    const alone =
      priority === 'high'
        ? () => this.#spendAndSend(spender, `public:${host}`, () => ALLOWANCES.public, send)
        : () => this.#waitAndSend(spender, `public:${host}`, send)
    if (/\/time$/.test(target)) return alone()
    const what = `${host}${target}`
    const known = this.#shared.get(what)
    // The reply is of the same kind, because the target is the same; should the other one fail, we ask ourselves.
    if (known !== undefined) return (known as Promise<T>).catch(alone)
    const reply = alone()
    this.#shared.set(what, reply)
    try {
      return await reply
    } finally {
      this.#shared.delete(what)
    }
  }

  /** Lets others go first, but not for ever: there may be so many of them that no turn is ever left. */
  async #waitAndSend<T>(spender: RateLimitKey, name: string, send: () => Promise<T>): Promise<T> {
    const waiting: Waiting = { since: this.#clock.nowMs() }
    const allowance = () => {
      const isLong = this.#clock.nowMs() - waiting.since >= PATIENCE_MS
      if (isLong && !this.#overdue.has(name)) this.#overdue.set(name, waiting)
      return this.#overdue.get(name) === waiting ? ALLOWANCES.public : ALLOWANCES.patient
    }
    const served = () => {
      if (this.#overdue.get(name) === waiting) this.#overdue.delete(name)
    }
    try {
      return await this.#spendAndSend(spender, name, allowance, () => {
        served()
        return send()
      })
    } finally {
      served()
    }
  }

  async #spendAndSend<T>(
    spender: RateLimitKey,
    name: string,
    allowance: () => RateLimitWindow,
    send: () => Promise<T>,
  ): Promise<T> {
    for (;;) {
      if (!spender.holdsLease())
        throw new AxisorError('unavailable', 'another relay of the cluster may watch this account now')
      const waitMs = await this.#consume(name, allowance())
      if (waitMs === 0) return send()
      await this.#pause(waitMs)
    }
  }

  async #consume(name: string, allowance: RateLimitWindow): Promise<number> {
    try {
      return await this.#broker.consume(name, allowance)
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
