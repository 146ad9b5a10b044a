import type { ClosedTrade, CloseReason, History, RealizedFill } from '../../src/domain/snapshot.ts'
import { sats, usd } from '../../src/domain/units.ts'
import type { FeedEvent } from '../../src/feed/feed.ts'
import { changeEvent, madePosition } from './samples.ts'

/** A message about the end of the sample long. */
export function endedAt(
  at: number,
  why: CloseReason,
  known: { readonly plSats?: number; readonly exitPriceUsd?: number; readonly id?: string } = {},
): FeedEvent {
  const { plSats, exitPriceUsd, id } = known
  return changeEvent(at, {
    kind: 'trade-ended',
    id: id ?? madePosition().id,
    why,
    plSats: plSats === undefined ? null : sats(plSats),
    exitPriceUsd: exitPriceUsd === undefined ? null : usd(exitPriceUsd),
    closingFeeSats: null,
    endedAt: at,
  })
}

/** The sample long as a closed trade of the history. */
export function closedTrade(over: Partial<ClosedTrade> = {}): ClosedTrade {
  const position = madePosition()
  const { id, side, quantityUsd, entryPriceUsd, openedAt } = position
  const { marginSats, liquidationPriceUsd, stopLossUsd, takeProfitUsd } = position
  return {
    ...{ id, side, quantityUsd, entryPriceUsd, openedAt },
    exitPriceUsd: usd(66_809.5),
    plSats: sats(-712_758),
    openingFeeSats: sats(14_255),
    closingFeeSats: sats(14_304),
    ...{ marginSats, liquidationPriceUsd, stopLossUsd, takeProfitUsd },
    closedAt: 0,
    ...over,
  }
}

/** A fill that reduces the cross position of the sample account. */
export function crossFill(over: Partial<RealizedFill> = {}): RealizedFill {
  return {
    id: 'fill-1',
    type: 'market',
    side: 'short',
    quantityUsd: 25_000,
    priceUsd: usd(68_000),
    feeSats: sats(36_000),
    filledAt: 0,
    plSats: sats(382_396),
    positionUsd: null,
    ...over,
  }
}

/** A new reading of the history. */
export function historyAt(at: number, known: Partial<Pick<History, 'closed' | 'crossFills'>>): FeedEvent {
  const history = { since: at - 86_400_000, closed: [], fundingFees: [], crossFills: [], ...known }
  return changeEvent(at, { kind: 'history', history: { ...history, crossUnknownReason: null } })
}
