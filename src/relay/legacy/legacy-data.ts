import { selectMarket } from '../../store/selectors/market.ts'
import { selectPositions } from '../../store/selectors/positions.ts'
import { selectSource } from '../../store/selectors/source.ts'
import { selectAccount, selectTotals } from '../../store/selectors/totals.ts'
import type { State } from '../../store/state.ts'
import type { PositionRow, SourceView } from '../../store/view.ts'
import type { LegacyData, LegacyPosition } from '../../wire/relay/legacy.ts'

/** The data of an account, and how old it is. */
export interface LegacyReading {
  readonly data: LegacyData
  /** When all data was last fresh, our clock; null while it is fresh, or if its age is unknown. */
  readonly staleSince: number | null
  /** Why the data is not complete and fresh; null if it is. */
  readonly problem: string | null
}

/** Returns the data of an account in the shape of the old system, by the same selectors as all other views. */
export function legacyData(state: State, now: number): LegacyReading {
  const source = selectSource(state, now)
  const account = selectAccount(state, now)
  const rows = selectPositions(state, now)
  const totals = selectTotals(state, now, rows)
  const isUnread = rows.length === 0 && (state.isolated === null || state.cross === null)
  const data: LegacyData = {
    user: {
      username: account.username,
      balance: account.balanceSats,
      stale: account.stale,
      ageMs: roundedAge(account.ageMs),
    },
    positions: isUnread ? null : rows.map(positionOf),
    market: marketOf(state, now),
    totals: {
      totalPL: totals.unrealizedPlSats,
      totalMargin: totals.marginSats,
      positionCount: totals.positionCount,
    },
    origin: source.origin,
    network: source.network,
    stale: source.stale,
    ageMs: roundedAge(source.ageMs),
    staleReasons: source.staleReasons,
  }
  return {
    data,
    staleSince: source.stale ? source.goodAt : null,
    problem: problemOf(source) ?? (isUnread ? unreadReason(source) : null),
  }
}

function problemOf({ stale, refusal, staleReasons }: SourceView): string | null {
  if (!stale) return null
  return refusal?.error.message ?? staleReasons.join('; ')
}

function unreadReason({ parts }: SourceView): string {
  return parts.isolatedPositions.reason ?? parts.crossPosition.reason ?? 'the positions were not read yet'
}

function positionOf({ position, unrealizedPlSats, stale, ageMs }: PositionRow): LegacyPosition {
  return {
    id: position.id,
    mode: position.mode,
    side: position.side === 'long' ? 'b' : 's',
    running: true,
    pl: unrealizedPlSats,
    margin: position.marginSats,
    quantity: position.quantityUsd,
    leverage: position.leverage,
    price: position.entryPriceUsd,
    liquidation: position.liquidationPriceUsd,
    stoploss: position.stopLossUsd,
    takeprofit: position.takeProfitUsd,
    otherMarket: position.otherMarket,
    stale,
    ageMs: Math.round(ageMs),
  }
}

function marketOf(state: State, now: number): LegacyData['market'] {
  const market = selectMarket(state, now)
  return {
    lastPrice: market.lastPriceUsd,
    index: market.indexUsd,
    bidPrice: market.bidUsd,
    askPrice: market.askUsd,
    carryFeeRate: market.fundingRate,
    carryFeeTimestamp: market.nextFundingAt,
    change24h: market.change24h,
    low24h: market.low24hUsd,
    high24h: market.high24hUsd,
    stale: market.stale,
    ageMs: roundedAge(market.ageMs),
  }
}

function roundedAge(ageMs: number | null): number | null {
  return ageMs === null ? null : Math.round(ageMs)
}
