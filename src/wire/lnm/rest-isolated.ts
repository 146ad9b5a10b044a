import * as z from 'zod/mini'
import { closedEntryUsd, entryOf } from '../../domain/entry.ts'
import type { Order, Position } from '../../domain/position.ts'
import type { ClosedTrade, FundingFee } from '../../domain/snapshot.ts'
import { sumSats } from '../../domain/units.ts'
import type { Decoded } from '../decoded.ts'
import { lazy, validate } from '../validate.ts'
import {
  buySellField,
  distanceOrNull,
  isoTime,
  levelOrNull,
  priceField,
  priceOrNull,
  quantityField,
  satsField,
  satsOrNull,
} from './fields.ts'
import { decodePage, type Page } from './page.ts'
import { ROUTES } from './routes.ts'

const runningSchema = lazy(() =>
  z.object({
    id: z.string(),
    // `running` marks running trades: their `open` is false.
    running: z.boolean(),
    side: buySellField,
    quantity: quantityField,
    margin: satsField,
    leverage: z.number().check(z.positive()),
    price: priceField,
    entryPrice: priceOrNull,
    entryMargin: satsOrNull,
    liquidation: levelOrNull,
    stoploss: levelOrNull,
    stoplossTrailingDistance: distanceOrNull,
    takeprofit: levelOrNull,
    pl: satsField,
    openingFee: satsField,
    maintenanceMargin: satsField,
    sumFundingFees: satsField,
    sumCashInMargin: satsOrNull,
    sumCashInPl: satsOrNull,
    createdAt: isoTime,
    filledAt: z.nullish(isoTime),
  }),
)

function positionOf(trade: z.infer<ReturnType<typeof runningSchema>>): Position {
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
  }
}

/** Decodes the reply to `GET /futures/isolated/trades/running`. Omits trades that are not running. */
export function decodeIsolatedRunning(body: unknown): Decoded<readonly Position[]> {
  const checked = validate(z.array(runningSchema()), body, ROUTES.isolatedRunning.label)
  if (!checked.ok) return checked
  return { ok: true, value: checked.value.filter(trade => trade.running).map(positionOf) }
}

const openSchema = lazy(() =>
  z.object({
    id: z.string(),
    running: z.boolean(),
    closed: z.boolean(),
    canceled: z.boolean(),
    side: buySellField,
    quantity: quantityField,
    margin: satsField,
    leverage: z.number().check(z.positive()),
    price: priceField,
    maintenanceMargin: satsField,
    createdAt: isoTime,
  }),
)

function orderOf(trade: z.infer<ReturnType<typeof openSchema>>): Order {
  return {
    id: trade.id,
    mode: 'isolated',
    side: trade.side,
    type: 'limit',
    quantityUsd: trade.quantity,
    priceUsd: trade.price,
    leverage: trade.leverage,
    reservedSats: sumSats([trade.margin, trade.maintenanceMargin]),
    createdAt: trade.createdAt,
  }
}

/** Decodes the reply to `GET /futures/isolated/trades/open`. Omits trades that are running, closed or canceled. */
export function decodeIsolatedOpen(body: unknown): Decoded<readonly Order[]> {
  const checked = validate(z.array(openSchema()), body, ROUTES.isolatedOpen.label)
  if (!checked.ok) return checked
  const open = checked.value.filter(trade => !(trade.running || trade.closed || trade.canceled))
  return { ok: true, value: open.map(orderOf) }
}

const endedSchema = lazy(() =>
  z.object({
    id: z.string(),
    closed: z.literal(true),
    side: buySellField,
    quantity: quantityField,
    price: priceField,
    entryPrice: priceOrNull,
    exitPrice: priceOrNull,
    pl: satsField,
    openingFee: satsField,
    closingFee: satsField,
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
      openedAt: trade.filledAt ?? null,
      closedAt: trade.closedAt,
    }),
  })
}

const feeSchema = lazy(() =>
  z.object({ settlementId: z.string(), time: isoTime, fee: satsField, tradeId: z.nullish(z.string()) }),
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
