import type { CanceledOrderRow } from '../../ledger/rows.ts'
import { canceledOrderOf } from '../../ledger/seen-orders.ts'
import type { State } from '../../store/state.ts'
import type { Store } from '../../store/store.ts'

/** Changes after which the listings have something new. */
const LISTED: ReadonlySet<string> = new Set([
  'trade-ended',
  'trade-filled',
  'trade-funded',
  'cross-order-ended',
  'cross-position',
  'wallet',
])

/** A snapshot over HTTP comes every 5 s. */
const READ_MS = 30_000

/** True while the account is read, over HTTP as well: behind a firewall the stream may never be live. */
export function isRead({ status, lastSnapshot }: State, nowMs: number): boolean {
  return status?.link === 'live' || (lastSnapshot !== null && nowMs - lastSnapshot.endedAt < READ_MS)
}

/** The history of an account that is watched. */
interface FollowedHistory {
  start(): void
  accountChanged(): void
}

/** Starts a history with the first snapshot of its account, and reports what happens there. */
export function followHistory(
  store: Store,
  history: FollowedHistory,
  canceled?: { readonly now: () => number; readonly keep: (order: CanceledOrderRow) => void },
): void {
  let isStarted = false
  store.subscribe(event => {
    if (!isStarted && store.state().lastSnapshot !== null) {
      isStarted = true
      history.start()
    }
    if (event.type !== 'change') return
    if (LISTED.has(event.change.kind)) history.accountChanged()
    const order = canceled === undefined ? null : canceledOrderOf(event.change, canceled.now())
    if (order !== null) canceled?.keep(order)
  })
}
