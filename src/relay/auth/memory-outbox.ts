import type { Attempt, DeliveryState, DeliverySummary, LoggedAttempt } from '../../domain/alerts/delivery.ts'
import { AxisorError } from '../../domain/error.ts'
import type {
  AlertRequest,
  HostLease,
  Outbox,
  OutboxCommit,
  PendingDelivery,
  PendingRequest,
  QueuedNotice,
  UntakenNotice,
} from '../../ports/outbox.ts'

interface Delivery {
  readonly queued: QueuedNotice
  readonly channel: string
  state: DeliveryState
  attempts: number
  nextAttemptAt: number
  finishedAt: number | null
}

interface HeldLease {
  readonly lease: HostLease
  readonly ttlMs: number
}

function isValid({ lease: { expiresAt }, ttlMs }: HeldLease, now: number): boolean {
  return expiresAt > now && expiresAt - now <= 2 * ttlMs
}

/** An outbox in memory. It passes the same tests as the databases. `isRemoved` returns true if its user is gone. */
export class MemoryOutbox implements Outbox {
  #revision = 0
  #engine: string | null = null
  #held: HeldLease | null = null
  #requests: PendingRequest[] = []
  #attempts: LoggedAttempt[] = []
  readonly #isRemoved: () => boolean
  readonly #notices = new Map<string, { readonly queued: QueuedNotice; readonly deliveries: Delivery[] }>()

  constructor(isRemoved: () => boolean) {
    this.#isRemoved = isRemoved
  }

  /** Removes everything. */
  clear(): void {
    this.#revision = 0
    this.#engine = null
    this.#held = null
    this.#requests = []
    this.#attempts = []
    this.#notices.clear()
  }

  async revision(): Promise<number> {
    return this.#revision
  }

  async engine(): Promise<string | null> {
    return this.#engine
  }

  async commit({ engine, notices, appliedRequests = 0 }: OutboxCommit): Promise<void> {
    this.#advance()
    this.#engine = engine
    this.#requests = this.#requests.filter(({ number }) => number > appliedRequests)
    for (const queued of notices) {
      if (this.#notices.has(queued.notice.id)) continue
      const deliveries = [...new Set(queued.channels)].map(
        (channel): Delivery => ({
          queued,
          channel,
          state: 'pending',
          attempts: 0,
          nextAttemptAt: 0,
          finishedAt: null,
        }),
      )
      this.#notices.set(queued.notice.id, { queued, deliveries })
    }
  }

  async pending(): Promise<readonly PendingDelivery[]> {
    return [...this.#notices.values()]
      .flatMap(({ deliveries }) => deliveries)
      .filter(({ state }) => state === 'pending')
      .map(({ queued: { notice, expiresAt }, channel, attempts, nextAttemptAt }) => ({
        notice,
        channel,
        attempts,
        nextAttemptAt,
        expiresAt,
      }))
  }

  async record(attempt: Attempt): Promise<void> {
    this.#advance()
    const delivery = this.#notices
      .get(attempt.noticeId)
      ?.deliveries.find(({ channel }) => channel === attempt.channel)
    if (delivery?.state !== 'pending') return
    delivery.state = attempt.state
    delivery.attempts += 1
    delivery.nextAttemptAt = attempt.nextAttemptAt ?? delivery.nextAttemptAt
    if (attempt.state !== 'pending') delivery.finishedAt = attempt.startedAt + attempt.tookMs
    this.#attempts.push({ ...attempt, notice: delivery.queued.notice, number: delivery.attempts })
  }

  async summaries(since: number): Promise<readonly DeliverySummary[]> {
    return [...this.#notices.values()]
      .filter(({ queued }) => queued.notice.at >= since)
      .map(({ queued: { notice }, deliveries }): DeliverySummary => {
        const delivered = deliveries.filter(({ state }) => state === 'delivered')
        const times = delivered.map(({ finishedAt }) => Math.max(0, (finishedAt ?? 0) - notice.at))
        return {
          noticeId: notice.id,
          alertId: notice.alert.id,
          channels: deliveries.length,
          delivered: delivered.length,
          failed: deliveries.filter(({ state }) => state === 'failed' || state === 'expired').length,
          firstDeliveredAfterMs: times.length === 0 ? null : Math.min(...times),
        }
      })
      .reverse()
  }

  async untaken(since: number): Promise<readonly UntakenNotice[]> {
    const made = [...this.#notices.values()].filter(
      ({ queued, deliveries }) => queued.notice.at >= since && deliveries.length > 0,
    )
    const newest = new Map(made.map(each => [each.queued.notice.alert.id, each]))
    const isOpen = ({ state }: Delivery): boolean => state === 'pending' || state === 'delivered'
    return made
      .filter(each => newest.get(each.queued.notice.alert.id) === each && !each.deliveries.some(isOpen))
      .map(({ queued: { notice }, deliveries }) => ({
        notice,
        endedAt: Math.max(...deliveries.map(({ finishedAt }) => finishedAt ?? 0)),
        isRefused: deliveries.some(({ state }) => state === 'failed'),
      }))
  }

  async hasTaken(alertId: string, channel: string): Promise<boolean> {
    return [...this.#notices.values()].some(
      ({ queued, deliveries }) =>
        queued.notice.alert.id === alertId &&
        deliveries.some(each => each.channel === channel && each.state === 'delivered'),
    )
  }

  async log(limit: number): Promise<readonly LoggedAttempt[]> {
    return this.#attempts.toReversed().slice(0, limit)
  }

  async request(request: AlertRequest): Promise<void> {
    this.#advance()
    this.#requests.push({ number: this.#revision, request })
  }

  async requests(): Promise<readonly PendingRequest[]> {
    return [...this.#requests]
  }

  async lease(holder: string, label: string, now: number, ttlMs: number): Promise<HostLease> {
    this.#requireUser()
    const held = this.#held
    if (held !== null && held.lease.holder !== holder && isValid(held, now)) return held.lease
    const lease = { holder, label, expiresAt: now + ttlMs }
    this.#held = { lease, ttlMs }
    return lease
  }

  async readLease(now: number): Promise<HostLease | null> {
    return this.#held !== null && isValid(this.#held, now) ? this.#held.lease : null
  }

  async release(holder: string): Promise<void> {
    if (this.#held?.lease.holder === holder) this.#held = null
  }

  async prune(before: number): Promise<void> {
    this.#advance()
    for (const [id, { queued, deliveries }] of this.#notices) {
      if (queued.notice.at >= before || deliveries.some(({ state }) => state === 'pending')) continue
      this.#notices.delete(id)
      this.#attempts = this.#attempts.filter(({ noticeId }) => noticeId !== id)
    }
  }

  async close(): Promise<void> {}

  #advance(): void {
    this.#requireUser()
    this.#revision += 1
  }

  #requireUser(): void {
    if (this.#isRemoved())
      throw new AxisorError('config', 'the user of these alerts was removed from the relay')
  }
}

/** Opens an outbox in memory, which lives as long as it is referenced. */
export function openMemoryOutbox(): Outbox {
  return new MemoryOutbox(() => false)
}
