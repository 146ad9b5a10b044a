import * as z from 'zod/mini'
import type { FillRow, FundingRow, TradeRow, TransferRow } from '../../ledger/rows.ts'
import type { Decoded } from '../decoded.ts'
import { idField } from '../foreign-text.ts'
import { lazy } from '../validate.ts'
import {
  buySellField,
  isoTime,
  levelUnlessZero,
  marginField,
  priceField,
  priceOrNull,
  quantityField,
  satsField,
  satsOrNull,
} from './fields.ts'
import { otherMarketOf } from './instrument.ts'
import { decodePage, type Page } from './page.ts'
import { FILL_FIELDS, fillOf, fillTypeField, isNeverFilled } from './rest-cross.ts'
import { decodeFundingFees } from './rest-isolated.ts'
import { ROUTES } from './routes.ts'

// Stricter than the decoders of the monitor: a row of which one amount can't be read is not booked, and counts as a hole.

/** The market decides the formula of every P&L. */
function ofOurMarket<Row extends object>(schema: z.ZodMiniType<Row>): z.ZodMiniType<Row> {
  return schema.check(z.refine(row => otherMarketOf(row) === null, 'is of another market'))
}

const timeOrNull = z.pipe(
  z.nullish(isoTime),
  z.transform(time => time ?? null),
)

const levelOrNone = z.pipe(
  z.nullish(levelUnlessZero),
  z.transform(level => level ?? null),
)

const tradeSchema = lazy(() =>
  ofOurMarket(
    z.looseObject({
      id: idField,
      type: z.enum(['limit', 'market']),
      side: buySellField,
      quantity: quantityField,
      price: priceField,
      entryPrice: priceOrNull,
      exitPrice: priceOrNull,
      margin: marginField,
      liquidation: levelOrNone,
      stoploss: levelOrNone,
      takeprofit: levelOrNone,
      pl: satsField,
      openingFee: satsField,
      closingFee: satsField,
      sumFundingFees: satsOrNull,
      sumCashInPl: satsOrNull,
      sumCashInMargin: satsOrNull,
      createdAt: isoTime,
      filledAt: timeOrNull,
      closedAt: timeOrNull,
      running: z.boolean(),
      closed: z.boolean(),
      canceled: z.boolean(),
    }),
  ),
)

type TradeReply = z.infer<ReturnType<typeof tradeSchema>>

function tradeOf(trade: TradeReply): TradeRow {
  const state = trade.closed ? 'closed' : trade.canceled ? 'canceled' : trade.running ? 'running' : 'open'
  return {
    id: trade.id,
    state,
    type: trade.type,
    side: trade.side,
    quantityUsd: trade.quantity,
    priceUsd: trade.price,
    entryPriceUsd: trade.entryPrice,
    exitPriceUsd: trade.exitPrice,
    marginSats: trade.margin,
    liquidationUsd: trade.liquidation,
    stopLossUsd: trade.stoploss,
    takeProfitUsd: trade.takeprofit,
    plSats: state === 'closed' ? trade.pl : 0,
    openingFeeSats: trade.openingFee,
    closingFeeSats: trade.closingFee,
    fundingSats: trade.sumFundingFees,
    cashInPlSats: trade.sumCashInPl,
    cashInMarginSats: trade.sumCashInMargin,
    createdAt: trade.createdAt,
    filledAt: trade.filledAt,
    closedAt: trade.closedAt,
  }
}

/** Decodes one page of closed or of canceled isolated trades, with all that is booked. */
export function decodeTradeRows(
  body: unknown,
  route: 'isolatedClosed' | 'isolatedCanceled',
): Decoded<Page<TradeRow>> {
  return decodePage(body, { label: ROUTES[route].label, schema: tradeSchema(), map: tradeOf })
}

/** Decodes running or open trades, which are a bare list, as one page. */
export function decodeUnfinishedTrades(
  body: unknown,
  route: 'isolatedRunning' | 'isolatedOpen',
): Decoded<Page<TradeRow>> {
  return decodePage(
    { data: body, nextCursor: null },
    { label: ROUTES[route].label, schema: tradeSchema(), map: tradeOf },
  )
}

const fillSchema = lazy(() => {
  const { id, ...others } = FILL_FIELDS
  return ofOurMarket(z.looseObject({ id, type: fillTypeField, ...others }))
})

/** Decodes one page of filled cross orders. Omits canceled orders that were never filled. */
export function decodeFillRows(body: unknown): Decoded<Page<FillRow>> {
  return decodePage(body, {
    label: ROUTES.crossFilled.label,
    schema: fillSchema(),
    omits: isNeverFilled,
    map: fillOf,
  })
}

const transferSchema = lazy(() => z.object({ id: idField, amount: satsField, time: isoTime }))

/** Decodes one page of transfers between balance and cross margin. */
export function decodeTransferRows(body: unknown): Decoded<Page<TransferRow>> {
  return decodePage(body, {
    label: ROUTES.crossTransfers.label,
    schema: transferSchema(),
    map: ({ id, amount, time }) => ({ id, amountSats: amount, at: time }),
  })
}

/** Decodes one page of funding fees. Equal fees without a trade get different keys: each is one of several trades. */
export function decodeFundingRows(
  body: unknown,
  route: 'isolatedFunding' | 'crossFunding',
): Decoded<Page<FundingRow>> {
  const decoded = decodeFundingFees(body, route)
  if (!decoded.ok) return decoded
  const counts = new Map<string, number>()
  const items = decoded.value.items.map(({ settlementId, tradeId, at, feeSats }): FundingRow => {
    if (route === 'crossFunding')
      return { key: `cross ${settlementId}`, mode: 'cross', settlementId, tradeId: null, at, feeSats }
    const id = tradeId ?? `fee ${feeSats}`
    const count = (counts.get(`${settlementId} ${id}`) ?? 0) + 1
    counts.set(`${settlementId} ${id}`, count)
    const key = tradeId === null ? `${settlementId} ${id} ${count}` : `${settlementId} ${id}`
    return { key, mode: 'isolated', settlementId, tradeId, at, feeSats }
  })
  return { ok: true, value: { ...decoded.value, items } }
}
