import * as z from 'zod/mini'
import { closedEntryUsd, entryOf } from '../../domain/entry.ts'
import type { Order, Position } from '../../domain/position.ts'
import type { ClosedTrade, FundingFee } from '../../domain/snapshot.ts'
import { sumSats } from '../../domain/units.ts'
import type { Decoded } from '../decoded.ts'
import { idField } from '../foreign-text.ts'
import { decodeList, optional, type Readable, type RowOf, required } from '../rows.ts'
import { type FieldFault, lazy } from '../validate.ts'
import {
  buySellField,
  distanceUnlessZero,
  isoTime,
  levelUnlessZero,
  leverageField,
  marginField,
  priceField,
  priceOrNull,
  quantityField,
  satsField,
  unsignedQuantityField,
  voidByQuantity,
} from './fields.ts'
import { otherMarketOf } from './instrument.ts'
import { decodePage, type Page } from './page.ts'
import { ROUTES } from './routes.ts'

/** Fields of running and open trades. A missing flag leaves the decision to the route that lists the trade. */
const tradeSpec = lazy(() => ({
  id: required(idField),
  side: required(buySellField),
  quantity: required(unsignedQuantityField),
  running: optional(z.boolean()),
  closed: optional(z.boolean()),
  canceled: optional(z.boolean()),
  margin: optional(marginField),
  leverage: optional(leverageField),
  maintenanceMargin: optional(marginField),
  createdAt: optional(isoTime),
}))

const runningSpec = lazy(() => ({
  ...tradeSpec(),
  price: optional(priceField),
  entryPrice: optional(priceField),
  entryMargin: optional(marginField),
  // Required: without its liquidation price a trade would look safer than it is.
  liquidation: required(levelUnlessZero),
  stoploss: optional(levelUnlessZero),
  stoplossTrailingDistance: optional(distanceUnlessZero),
  takeprofit: optional(levelUnlessZero),
  pl: optional(satsField),
  openingFee: optional(satsField),
  sumFundingFees: optional(satsField),
  sumCashInMargin: optional(satsField),
  sumCashInPl: optional(satsField),
  filledAt: optional(isoTime),
}))

type RunningRow = RowOf<ReturnType<typeof runningSpec>>

function positionOf(trade: RunningRow, otherMarket: string | null): Position {
  return {
    id: trade.id,
    mode: 'isolated',
    side: trade.side,
    quantityUsd: trade.quantity,
    ...entryOf({ priceUsd: trade.price, entryPriceUsd: trade.entryPrice }),
    marginSats: trade.margin,
    entryMarginSats: trade.entryMargin,
    maintenanceMarginSats: trade.maintenanceMargin,
    runningMarginSats: null,
    leverage: trade.leverage,
    liquidationPriceUsd: trade.liquidation,
    stopLossUsd: trade.stoploss,
    stopLossTrailingDistance: trade.stoplossTrailingDistance,
    takeProfitUsd: trade.takeprofit,
    exchangePlSats: trade.pl,
    fundingPaidSats: trade.sumFundingFees,
    openingFeeSats: trade.openingFee,
    cashInMarginSats: trade.sumCashInMargin,
    cashInPlSats: trade.sumCashInPl,
    openedAt: trade.filledAt ?? trade.createdAt,
    otherMarket,
  }
}

function isEnded({ closed, canceled }: Pick<RunningRow, 'closed' | 'canceled'>): boolean {
  return closed === true || canceled === true
}

/** One field alone must not make a running trade disappear: its flags have to agree, and a trade with margin has a quantity. */
function contradictionOfRunning(trade: RunningRow): FieldFault | null {
  if (isEnded(trade)) return { field: 'running', problem: 'is true for a trade that has ended' }
  if (trade.running === false) return { field: 'running', problem: 'is false in the list of running trades' }
  if (trade.quantity === 0 && (trade.margin ?? 0) > 0)
    return { field: 'quantity', problem: 'is 0 beside a margin' }
  return null
}

/** Decodes the reply to `GET /futures/isolated/trades/running`. Omits trades that are not running: their `open` is false too. */
export function decodeIsolatedRunning(body: unknown): Decoded<Readable<readonly Position[]>> {
  return decodeList(body, {
    label: ROUTES.isolatedRunning.label,
    spec: runningSpec(),
    omits: trade => trade.running !== true && isEnded(trade),
    contradictionOf: contradictionOfRunning,
    voidBy: voidByQuantity,
    map: (trade, raw) => positionOf(trade, otherMarketOf(raw)),
  })
}

const openSpec = lazy(() => ({ ...tradeSpec(), price: required(priceField) }))

function orderOf(trade: RowOf<ReturnType<typeof openSpec>>, otherMarket: string | null): Order {
  const { margin, maintenanceMargin } = trade
  return {
    id: trade.id,
    mode: 'isolated',
    side: trade.side,
    type: 'limit',
    quantityUsd: trade.quantity,
    priceUsd: trade.price,
    leverage: trade.leverage,
    reservedSats: margin === null || maintenanceMargin === null ? null : sumSats([margin, maintenanceMargin]),
    createdAt: trade.createdAt,
    otherMarket,
  }
}

/** Decodes the reply to `GET /futures/isolated/trades/open`. Omits trades that are running, closed or canceled. */
export function decodeIsolatedOpen(body: unknown): Decoded<Readable<readonly Order[]>> {
  return decodeList(body, {
    label: ROUTES.isolatedOpen.label,
    spec: openSpec(),
    omits: trade => trade.running === true || trade.closed === true || trade.canceled === true,
    voidBy: voidByQuantity,
    map: (trade, raw) => orderOf(trade, otherMarketOf(raw)),
  })
}

const endedSchema = lazy(() =>
  z.object({
    id: idField,
    closed: z.literal(true),
    side: buySellField,
    quantity: quantityField,
    price: priceField,
    entryPrice: priceOrNull,
    exitPrice: priceOrNull,
    pl: satsField,
    openingFee: satsField,
    closingFee: satsField,
    // They only tell why a trade ended: without them its result is listed all the same.
    margin: z.catch(z.nullish(marginField), null),
    liquidation: z.catch(z.nullish(levelUnlessZero), null),
    stoploss: z.catch(z.nullish(levelUnlessZero), null),
    takeprofit: z.catch(z.nullish(levelUnlessZero), null),
    filledAt: z.nullish(isoTime),
    closedAt: isoTime,
  }),
)

const canceledSchema = lazy(() => z.object({ canceled: z.literal(true), closed: z.literal(false) }))

/** Decodes one page of `GET /futures/isolated/trades/closed`. Omits canceled orders, which the exchange may include. */
export function decodeIsolatedClosed(body: unknown): Decoded<Page<ClosedTrade>> {
  return decodePage(body, {
    label: ROUTES.isolatedClosed.label,
    schema: endedSchema(),
    omits: row => z.safeParse(canceledSchema(), row).success,
    map: trade => ({
      id: trade.id,
      side: trade.side,
      quantityUsd: trade.quantity,
      entryPriceUsd: closedEntryUsd(
        { priceUsd: trade.price, entryPriceUsd: trade.entryPrice },
        { side: trade.side, quantityUsd: trade.quantity, exitPriceUsd: trade.exitPrice, plSats: trade.pl },
      ),
      exitPriceUsd: trade.exitPrice,
      plSats: trade.pl,
      openingFeeSats: trade.openingFee,
      closingFeeSats: trade.closingFee,
      marginSats: trade.margin ?? null,
      liquidationPriceUsd: trade.liquidation ?? null,
      stopLossUsd: trade.stoploss ?? null,
      takeProfitUsd: trade.takeprofit ?? null,
      openedAt: trade.filledAt ?? null,
      closedAt: trade.closedAt,
    }),
  })
}

const feeSchema = lazy(() =>
  z.object({ settlementId: idField, time: isoTime, fee: satsField, tradeId: z.nullish(idField) }),
)

/** Decodes one page of funding fees, isolated or cross. Cross fees have no trade id. */
export function decodeFundingFees(
  body: unknown,
  route: 'isolatedFunding' | 'crossFunding',
): Decoded<Page<FundingFee>> {
  return decodePage(body, {
    label: ROUTES[route].label,
    schema: feeSchema(),
    map: ({ settlementId, tradeId, time, fee }) => ({
      settlementId,
      tradeId: tradeId ?? null,
      at: time,
      feeSats: fee,
    }),
  })
}
