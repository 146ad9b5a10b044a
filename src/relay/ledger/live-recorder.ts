import { atMost } from '../../domain/at-most.ts'
import { AxisorError } from '../../domain/error.ts'
import { MAX_ATTEMPTS, noticeRowsOf } from '../../ledger/notice-rows.ts'
import type { NoticeRow } from '../../ledger/rows.ts'
import type { Cancel, Clock } from '../../ports/clock.ts'
import type { LedgerWorker } from '../../ports/ledger-worker.ts'
import type { RelayStore } from '../../ports/relay-store.ts'
import type { OpenedAccount } from '../accounts/opened-account.ts'
import type { RelayLog } from '../context.ts'
import { logBug } from '../log-bug.ts'
import { LiveAccount } from './live-account.ts'

/** A relay that is stopped has 9 s for everything. */
const CLOSE_MS = 3_000
const SAMPLE_MS = 60_000
/** An outbox keeps its notices for days. */
const NOTICES_MS = 6 * 3_600_000

interface LiveRecorderDeps {
  readonly clock: Clock
  readonly log: RelayLog
  readonly store: RelayStore
  readonly worker: Pick<LedgerWorker, 'keep'>
}

/** Returns the notices of a user that a channel has taken; none if the outbox can't be read, which is logged. */
export async function readNotices(
  { store, log }: Pick<LiveRecorderDeps, 'store' | 'log'>,
  userId: string,
): Promise<readonly NoticeRow[]> {
  try {
    return noticeRowsOf(await store.outbox(userId).log(MAX_ATTEMPTS))
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    log.warn('notices not read for the ledger', { user: userId, code: error.code })
    return []
  }
}

/**
 * Writes what is known of watched accounts without a request into the ledgers that exist: a sample of the funds each minute, canceled cross
 * orders and delivered notices. One message a minute for all accounts.
 */
export class LiveRecorder {
  readonly #deps: LiveRecorderDeps
  readonly #accounts = new Set<LiveAccount>()
  readonly #failing = new Set<string>()
  #work: Promise<void> = Promise.resolve()
  #isBusy = false
  #cancelTick: Cancel | null = null

  constructor(deps: LiveRecorderDeps) {
    this.#deps = deps
  }

  /** Records an account until the returned function is called. */
  watch(account: OpenedAccount): Cancel {
    const live = new LiveAccount(account)
    this.#accounts.add(live)
    if (this.#cancelTick === null) this.#tickLater()
    return () => {
      if (!this.#accounts.delete(live)) return
      live.close()
      this.#write([live])
      if (this.#accounts.size > 0) return
      this.#cancelTick?.()
      this.#cancelTick = null
    }
  }

  /** Reports that an account has a ledger. */
  opened(userId: string): void {
    for (const live of this.#accounts) if (live.userId === userId) live.hasLedger = true
  }

  /** Writes what is left, unless the ledgers take longer than a relay may take to end. */
  async close(): Promise<void> {
    this.#cancelTick?.()
    const last = [...this.#accounts]
    this.#accounts.clear()
    for (const live of last) live.close()
    this.#write(last)
    await atMost(this.#deps.clock, CLOSE_MS, this.#work)
  }

  #tickLater(): void {
    this.#cancelTick = this.#deps.clock.after(SAMPLE_MS, () => {
      this.#tickLater()
      const now = this.#deps.clock.nowMs()
      const recorded = [...this.#accounts].filter(({ hasLedger, isOwned }) => hasLedger && isOwned)
      for (const live of recorded) live.sample(now)
      // The ledgers are slow: the rows wait for the next minute.
      if (!this.#isBusy) this.#write(recorded)
    })
  }

  #write(accounts: readonly LiveAccount[]): void {
    this.#isBusy = true
    const before = this.#work
    this.#work = before
      .then(() => this.#send(accounts))
      .catch((error: unknown) => logBug(this.#deps.log, error))
      .finally(() => {
        this.#isBusy = false
      })
  }

  async #send(accounts: readonly LiveAccount[]): Promise<void> {
    const { clock, log, worker } = this.#deps
    for (const live of accounts) {
      if (!live.hasLedger || clock.nowMs() - live.noticesAt < NOTICES_MS) continue
      live.noticesAt = clock.nowMs()
      live.addNotices(await readNotices(this.#deps, live.userId))
    }
    const batch = accounts.flatMap(live => {
      const rows = live.take()
      return rows === null || !live.hasLedger || !live.isOwned ? [] : [{ live, rows }]
    })
    if (batch.length === 0) return
    try {
      const outcomes = await worker.keep(batch.map(({ rows }) => rows))
      for (const [index, { live, rows }] of batch.entries()) {
        const outcome = outcomes[index] ?? 'busy'
        if (outcome === 'no-ledger' || outcome === 'damaged') live.hasLedger = false
        if (outcome !== 'kept' && outcome !== 'no-ledger') live.putBack(rows)
        if (outcome === 'damaged') log.warn('damaged ledger kept aside', { user: live.userId })
        this.#logFailure(live.userId, outcome === 'failed')
      }
    } catch (error) {
      for (const { live, rows } of batch) live.putBack(rows)
      if (!(error instanceof AxisorError)) throw error
      log.warn('samples not kept', { code: error.code, why: error.message })
    }
  }

  /** Once per failure, not each minute. */
  #logFailure(userId: string, isFailing: boolean): void {
    if (isFailing === this.#failing.has(userId)) return
    if (isFailing) {
      this.#failing.add(userId)
      this.#deps.log.warn('samples not kept', { user: userId, code: 'config' })
    } else this.#failing.delete(userId)
  }
}
