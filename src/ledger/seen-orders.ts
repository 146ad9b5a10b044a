import type { Change } from '../domain/snapshot.ts'
import type { CanceledOrderRow } from './rows.ts'

type EndedOrder = Extract<Change, { readonly kind: 'cross-order-ended' }>

/**
 * Returns the row of a cross order that a stream showed as canceled, for `LedgerSync.keep`; null for one that ended otherwise.
 * `receivedAt` is used if the message has no time, ms since 1970 by the exchange's clock.
 */
export function canceledOrderOf(change: Change, receivedAt: number): CanceledOrderRow | null {
  if (!isEnded(change) || change.why !== 'canceled') return null
  const { id, side, quantityUsd, priceUsd, endedAt } = change
  return { id, side, quantityUsd, priceUsd, canceledAt: endedAt ?? receivedAt }
}

function isEnded(change: Change): change is EndedOrder {
  return change.kind === 'cross-order-ended'
}
