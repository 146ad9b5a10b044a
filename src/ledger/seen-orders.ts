import type { Change } from '../domain/snapshot.ts'
import type { CanceledOrderRow } from './rows.ts'

/**
 * Returns the row of a cross order that a stream showed as canceled, for `LedgerSync.keep`; null for one that ended otherwise.
 * `receivedAt` is used if the message has no time, ms since 1970 by the exchange's clock.
 */
export function canceledOrderOf(change: Change, receivedAt: number): CanceledOrderRow | null {
  if (change.kind !== 'cross-order-ended' || change.why !== 'canceled') return null
  const { id, side, quantityUsd, priceUsd, endedAt } = change
  return { id, side, quantityUsd, priceUsd, canceledAt: endedAt ?? receivedAt }
}
