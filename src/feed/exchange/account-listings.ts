import type { Change, ClosedTrade, CrossFill, FundingFee } from '../../domain/snapshot.ts'
import { decodeCrossFilled } from '../../wire/lnm/rest-cross.ts'
import { decodeFundingFees, decodeIsolatedClosed } from '../../wire/lnm/rest-isolated.ts'
import type { Paging } from './paging.ts'

/** A listing of the exchange: its route and its rows. */
export type ListingRows<T> = Pick<Paging<T>, 'route' | 'decode' | 'keyOf' | 'hasNoId' | 'timeOf'>

export const CLOSED_TRADES: ListingRows<ClosedTrade> = {
  route: 'isolatedClosed',
  decode: decodeIsolatedClosed,
  keyOf: trade => trade.id,
  timeOf: trade => trade.closedAt,
}

export const CROSS_FILLS: ListingRows<CrossFill> = {
  route: 'crossFilled',
  decode: decodeCrossFilled,
  keyOf: fill => fill.id,
  timeOf: fill => fill.filledAt,
}

/** The funding fees of the isolated trades. All trades are settled at one time, and the exchange may omit the trade of a fee. */
export const ISOLATED_FUNDING: ListingRows<FundingFee> = {
  route: 'isolatedFunding',
  decode: body => decodeFundingFees(body, 'isolatedFunding'),
  keyOf: fee => `${fee.settlementId}/${fee.tradeId ?? fee.feeSats}`,
  hasNoId: fee => fee.tradeId === null,
  timeOf: fee => fee.at,
}

/** The funding fees of the cross position: one for each settlement. */
export const CROSS_FUNDING: ListingRows<FundingFee> = {
  route: 'crossFunding',
  decode: body => decodeFundingFees(body, 'crossFunding'),
  keyOf: fee => fee.settlementId,
  timeOf: fee => fee.at,
}

/** Returns true for changes that add a row to a listing. A liquidation of the cross position ends no order. */
export function addsListedRow(change: Change): boolean {
  if (change.kind === 'cross-position') return change.event === 'liquidation'
  return change.kind === 'trade-ended' || change.kind === 'cross-order-ended'
}
