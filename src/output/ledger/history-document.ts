import { holeOf, type LedgerRoute, routeState } from '../../ledger/coverage.ts'
import type { BookedFill } from '../../ledger/cross-book.ts'
import { closeCause } from '../../ledger/end-cause.ts'
import type { RealizedCross } from '../../ledger/realized-cross.ts'
import type { CanceledOrderRow, FundingRow, TradeRow } from '../../ledger/rows.ts'
import { tradeEntryUsd } from '../../ledger/trade-entry.ts'
import type { HistoryDocument } from '../../wire/ledger/history-documents.ts'
import { sumOrNull } from '../listing-text.ts'
import { iso } from '../numbers.ts'
import { type ListedRange, rangeHead } from './range-head.ts'

type TradeDocument = HistoryDocument['trades'][number]
type FillDocument = NonNullable<HistoryDocument['crossFills']>[number]

/** The listings that the history is made from. */
export const HISTORY_ROUTES = {
  required: ['isolatedClosed', 'crossFilled', 'crossTransfers'],
  /** Without them the P&L is not known, and the rows are printed all the same. */
  optional: ['isolatedFunding', 'crossFunding'],
} as const satisfies Record<string, readonly LedgerRoute[]>

/** What the history of a range is made from. */
export interface HistoryInput extends ListedRange {
  /** Trades of the range in any state, oldest first. */
  readonly trades: readonly TradeRow[]
  /** All fills. */
  readonly cross: RealizedCross
  /** Of the range. */
  readonly canceledOrders: readonly CanceledOrderRow[]
  /** Funding fees of the range. */
  readonly funding: readonly FundingRow[]
  /** Why listings could not be read now. */
  readonly failures: ReadonlyMap<LedgerRoute, string>
}

function tradeDocument(trade: TradeRow): TradeDocument {
  const { id, side, quantityUsd, exitPriceUsd, plSats, cashInPlSats, filledAt, closedAt } = trade
  return {
    id,
    side,
    quantityUsd,
    entryPriceUsd: tradeEntryUsd(trade),
    exitPriceUsd,
    plSats,
    cashInPlSats,
    openingFeeSats: trade.openingFeeSats,
    closingFeeSats: trade.closingFeeSats,
    cause: closeCause(trade),
    openedAt: filledAt === null ? null : iso(filledAt),
    closedAt: iso(closedAt ?? trade.createdAt),
  }
}

function fillDocument({ fill, plSats }: BookedFill): FillDocument {
  const { id, side, quantityUsd, priceUsd, feeSats, filledAt } = fill
  return {
    id,
    side: side === 'long' ? 'buy' : 'sell',
    quantityUsd,
    priceUsd,
    feeSats,
    plSats,
    filledAt: iso(filledAt),
  }
}

/** A sum, or why it is not known. */
interface KnownSum {
  readonly sats: number | null
  readonly reason: string | null
}

function crossSum(
  { cross, from, facts }: HistoryInput,
  fills: readonly BookedFill[],
  unreadable: HistoryDocument['unreadable'],
): KnownSum {
  const sats = sumOrNull(fills.map(({ plSats }) => plSats))
  const isWhole = unreadable.every(({ list }) => list !== 'crossFills')
  if (sats !== null && isWhole && !cross.isNewestMissing) return { sats, reason: null }
  return { sats: null, reason: cross.unknownReason ?? holeOf(facts.routes, ['crossFilled'], from) }
}

function fundingSum({ funding, from, facts, failures }: HistoryInput): KnownSum {
  const [failed] = HISTORY_ROUTES.optional.flatMap(route => failures.get(route) ?? [])
  if (failed !== undefined) return { sats: null, reason: `the funding fees can't be read: ${failed}` }
  const hole = holeOf(facts.routes, HISTORY_ROUTES.optional, from)
  if (hole !== null) return { sats: null, reason: `a funding fee can't be read: ${hole}` }
  return { sats: sumOrNull(funding.map(({ feeSats }) => feeSats)), reason: null }
}

/** What the trades made, net of their own fees, without funding. Null if what was cashed in is unknown. */
function netOfTrades(trades: readonly TradeDocument[]): number | null {
  return sumOrNull(
    trades.map(({ plSats, cashInPlSats, openingFeeSats, closingFeeSats }) =>
      cashInPlSats === null ? null : plSats + cashInPlSats - openingFeeSats - closingFeeSats,
    ),
  )
}

/** Converts the history of a range to its document. The sums are about all rows of the range, whatever the limit. */
export function historyDocument(input: HistoryInput): HistoryDocument {
  const { from, to, limit, facts } = input
  const routes = [...HISTORY_ROUTES.required, ...HISTORY_ROUTES.optional]
  const head = rangeHead(input, routes, { isolatedClosed: 'trades', crossFilled: 'crossFills' })
  const trades = input.trades
    .filter(({ state }) => state === 'closed')
    .toReversed()
    .map(tradeDocument)
  const refused = routeState(facts.routes, 'crossFilled').error
  const ofRange = input.cross.fills.filter(({ fill }) => fill.filledAt >= from && fill.filledAt <= to)
  const cross: KnownSum =
    refused === null ? crossSum(input, ofRange, head.unreadable) : { sats: null, reason: refused }
  const funding = fundingSum(input)
  const ofTrades = netOfTrades(trades)
  const reason =
    head.unreadable.length > 0
      ? "a row can't be read"
      : (cross.reason ??
        funding.reason ??
        (ofTrades === null ? 'what was cashed in from a trade is not known' : null))
  const fees = ofRange.reduce((sum, { fill }) => sum + fill.feeSats, 0)
  const document: HistoryDocument = {
    ...head,
    trades,
    crossFills: refused === null ? ofRange.toReversed().map(fillDocument) : null,
    crossPlSats: cross.sats,
    crossUnknownReason: cross.reason,
    fundingFeesSats: funding.sats,
    netPlSats: reason === null ? sumOrNull([ofTrades, cross.sats, 0 - fees, 0 - (funding.sats ?? 0)]) : null,
    netUnknownReason: reason,
    canceledCrossOrders: input.canceledOrders.toReversed().map(({ canceledAt, ...order }) => {
      return { ...order, canceledAt: iso(canceledAt) }
    }),
  }
  return limit === null ? document : limited(document, limit)
}

/** The newest trades and fills together, as many as the limit. */
function limited(document: HistoryDocument, limit: number): HistoryDocument {
  const { trades, crossFills } = document
  const times = [...trades.map(row => row.closedAt), ...(crossFills ?? []).map(row => row.filledAt)]
  const last = times.toSorted().toReversed()[limit - 1]
  const shown = trades.filter(({ closedAt }) => last === undefined || closedAt >= last).slice(0, limit)
  return {
    ...document,
    trades: shown,
    crossFills: crossFills?.slice(0, limit - shown.length) ?? null,
    truncated: times.length > limit,
  }
}
