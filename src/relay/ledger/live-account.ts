import { liveSampleOf } from '../../ledger/live-sample.ts'
import type { CanceledOrderRow, NoticeRow, SampleRow } from '../../ledger/rows.ts'
import { canceledOrderOf } from '../../ledger/seen-orders.ts'
import type { Cancel } from '../../ports/clock.ts'
import type { LiveRows } from '../../ports/ledger-worker.ts'
import type { OpenedAccount } from '../accounts/opened-account.ts'
import { liveFunds } from './live-funds.ts'

/** Rows that wait while the ledger is busy, such as during its first reading. Older ones are dropped. */
const MAX_SAMPLES = 60
const MAX_ORDERS = 1_000

/** Rows of one watched account that no listing of the exchange has, until the ledger has them. */
export class LiveAccount {
  readonly #account: OpenedAccount
  readonly #stop: Cancel
  #samples: readonly SampleRow[] = []
  #orders: readonly CanceledOrderRow[] = []
  #notices: readonly NoticeRow[] = []
  /** False after the answer that the account has no ledger. */
  hasLedger = true
  /** When the outbox was last read; our clock. */
  noticesAt = Number.NEGATIVE_INFINITY

  constructor(account: OpenedAccount) {
    this.#account = account
    this.#stop = account.store.subscribe(event => {
      if (event.type !== 'change' || !this.isOwned) return
      const offsetMs = account.store.state().status?.clockOffsetMs ?? 0
      const order = canceledOrderOf(event.change, event.at + offsetMs)
      if (order !== null) this.#orders = [...this.#orders, order].slice(-MAX_ORDERS)
    })
  }

  get userId(): string {
    return this.#account.userId
  }

  /** False while another relay of the cluster watches the account: that one writes the ledger. */
  get isOwned(): boolean {
    return this.#account.ownership?.isOwner() ?? true
  }

  /** Takes a sample of the live funds, if they are known. */
  sample(now: number): void {
    const funds = liveFunds(this.#account.store.state(), now)
    const sample = funds && liveSampleOf(funds)
    if (sample === null || sample.at === this.#samples.at(-1)?.at) return
    this.#samples = [...this.#samples, sample].slice(-MAX_SAMPLES)
  }

  addNotices(notices: readonly NoticeRow[]): void {
    this.#notices = notices
  }

  /** Returns the rows that wait, and forgets them; null if there are none. */
  take(): LiveRows | null {
    const rows = { samples: this.#samples, canceledOrders: this.#orders, notices: this.#notices }
    this.drop()
    if (Object.values(rows).every(({ length }) => length === 0)) return null
    const { userId, keyVersion, network } = this.#account
    return { userId, keyVersion, network: network ?? 'simulator', rows }
  }

  /** Keeps rows that the ledger could not take now. */
  putBack({ rows }: LiveRows): void {
    this.#samples = [...(rows.samples ?? []), ...this.#samples].slice(-MAX_SAMPLES)
    this.#orders = [...(rows.canceledOrders ?? []), ...this.#orders].slice(-MAX_ORDERS)
    if (this.#notices.length === 0) this.#notices = rows.notices ?? []
  }

  /** Forgets the rows that wait. */
  drop(): void {
    this.#samples = []
    this.#orders = []
    this.#notices = []
  }

  close(): void {
    this.#stop()
  }
}
