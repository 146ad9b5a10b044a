import type { Attempt, DeliverySummary } from '../../domain/alerts/delivery.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Outbox, PendingDelivery } from '../../ports/outbox.ts'

type Kind = 'read' | 'write'

/** Attempts that are kept while the outbox can't be written: hours of retries on several channels. */
const MAX_UNRECORDED = 2_000

/** The outbox as a dispatcher sees it: a failing one returns null, and is reported once until it works again. */
export class DeliveryJournal {
  readonly #outbox: Outbox
  readonly #onStorageError: (error: AxisorError | null) => void
  /** A full disk can be read: only a successful write ends a failure to write. */
  readonly #failing = new Set<Kind>()
  readonly #unrecorded: Attempt[] = []
  #isFlushing = false
  #flushed: Promise<void> = Promise.resolve()

  constructor(outbox: Outbox, onStorageError: (error: AxisorError | null) => void) {
    this.#outbox = outbox
    this.#onStorageError = onStorageError
  }

  get isFailing(): boolean {
    return this.#failing.size > 0
  }

  pending(): Promise<readonly PendingDelivery[] | null> {
    return this.#guard('read', () => this.#outbox.pending())
  }

  summaries(since: number): Promise<readonly DeliverySummary[] | null> {
    return this.#guard('read', () => this.#outbox.summaries(since))
  }

  /** True if this channel has taken a notice of this alert; null if the outbox can't be read. */
  hasTaken(alertId: string, channel: string): Promise<boolean | null> {
    const isOf = (each: Attempt): boolean =>
      each.channel === channel && each.state === 'delivered' && each.noticeId.startsWith(`${alertId}.`)
    if (this.#unrecorded.some(isOf)) return Promise.resolve(true)
    return this.#guard('read', () => this.#outbox.hasTaken(alertId, channel))
  }

  /** Records attempts, after those that could not be recorded. Resolves when they are recorded or that has failed. */
  async record(...attempts: readonly Attempt[]): Promise<void> {
    this.#unrecorded.push(...attempts.filter(attempt => !this.#unrecorded.includes(attempt)))
    this.#unrecorded.splice(0, Math.max(0, this.#unrecorded.length - MAX_UNRECORDED))
    await this.#flush()
  }

  /** Records what is not recorded yet, in order, until the outbox fails. */
  #flush(): Promise<void> {
    if (!this.#isFlushing) {
      this.#isFlushing = true
      this.#flushed = this.#recordAll()
    }
    // A running one also records what was added after its start.
    return this.#flushed
  }

  async #recordAll(): Promise<void> {
    try {
      for (let next = this.#unrecorded[0]; next !== undefined; next = this.#unrecorded[0]) {
        const attempt = next
        const isRecorded = await this.#guard('write', async () => {
          await this.#outbox.record(attempt)
          return true
        })
        if (isRecorded === null) return
        if (this.#unrecorded[0] === attempt) this.#unrecorded.shift()
      }
    } finally {
      this.#isFlushing = false
    }
  }

  async #guard<T>(kind: Kind, call: () => Promise<T>): Promise<T | null> {
    try {
      const result = await call()
      if (this.#failing.delete(kind) && this.#failing.size === 0) this.#onStorageError(null)
      return result
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
      const isNew = this.#failing.size === 0
      this.#failing.add(kind)
      if (isNew) this.#onStorageError(error)
      return null
    }
  }
}
