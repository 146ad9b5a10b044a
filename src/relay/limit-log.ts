import type { Cancel, Clock } from '../ports/clock.ts'

/** A line about one limit follows the previous one after this time. */
const LOG_EVERY_MS = 60_000

/** Where the lines are written: the log of the relay. */
interface WarnLog {
  warn(event: string, fields: Readonly<Record<string, string | number>>): void
}

/** The limits by which a relay refuses: connections per token, user and address and in total, and the rates of messages and requests. */
export const LIMIT_NAMES = [
  'token',
  'user',
  'address',
  'all',
  'messages',
  'requests',
  'sockets',
  'tokens',
] as const

export type LimitName = (typeof LIMIT_NAMES)[number]

/** Refusals of one limit that are not logged yet. */
interface Pending {
  count: number
  /** The user of the last one, or null if none is known. */
  user: string | null
}

/** Counts refusals by a limit, and logs them: the first one at once, those after it once a minute. */
export class LimitLog {
  /** Refusals since the start. */
  readonly counts = new Map<LimitName, number>()
  readonly #clock: Clock
  readonly #log: WarnLog
  readonly #pending = new Map<LimitName, Pending>()
  readonly #timers = new Map<LimitName, Cancel>()

  constructor(clock: Clock, log: WarnLog) {
    this.#clock = clock
    this.#log = log
  }

  /** Records a refusal. `user` is an id, or null if it is not known. */
  record(limit: LimitName, user: string | null = null): void {
    this.counts.set(limit, (this.counts.get(limit) ?? 0) + 1)
    const { count } = this.#pending.get(limit) ?? { count: 0 }
    this.#pending.set(limit, { count: count + 1, user })
    if (!this.#timers.has(limit)) this.#write(limit)
  }

  /** Logs what is not logged yet. */
  close(): void {
    for (const cancel of this.#timers.values()) cancel()
    for (const limit of this.#pending.keys()) this.#print(limit)
  }

  #write(limit: LimitName): void {
    if (!this.#print(limit)) {
      this.#timers.delete(limit)
      return
    }
    this.#timers.set(
      limit,
      this.#clock.after(LOG_EVERY_MS, () => this.#write(limit)),
    )
  }

  /** Returns false if there was nothing to log. */
  #print(limit: LimitName): boolean {
    const pending = this.#pending.get(limit)
    if (pending === undefined) return false
    this.#pending.delete(limit)
    const { count, user } = pending
    this.#log.warn('refused by a limit', { limit, count, ...(user === null ? {} : { user }) })
    return true
  }
}
