import * as z from 'zod/mini'
import { CROSS_ID, type CrossAccount, type Order, type Position } from '../../domain/position.ts'
import type { CrossFill } from '../../domain/snapshot.ts'
import type { Sats, Usd } from '../../domain/units.ts'
import type { Decoded } from '../decoded.ts'
import { lazy, validate } from '../validate.ts'
import {
  buySellField,
  isoTime,
  levelOrNull,
  priceField,
  priceOrNull,
  quantityField,
  satsField,
  signedQuantityField,
} from './fields.ts'
import { decodePage, type Page } from './page.ts'
import { ROUTES } from './routes.ts'

/** Fields of a cross position, the same in REST and on the stream. `quantity` is signed: negative is short. */
export const crossFields = {
  quantity: signedQuantityField,
  margin: satsField,
  leverage: z.number().check(z.positive()),
  entryPrice: priceOrNull,
  liquidation: z.optional(levelOrNull),
  runningMargin: z.nullish(satsField),
  maintenanceMargin: z.nullish(satsField),
  fundingFees: z.nullish(satsField),
}

/** A validated cross position. */
export interface CrossRow {
  readonly quantity: number
  readonly margin: Sats
  readonly leverage: number
  readonly entryPrice: Usd | null
  readonly liquidation?: Usd | null | undefined
  readonly runningMargin?: Sats | null | undefined
  readonly maintenanceMargin?: Sats | null | undefined
  readonly fundingFees?: Sats | null | undefined
}

/** Maps a cross position to the domain: the sign becomes the side, and quantity 0 means no position. */
export function crossAccountOf(row: CrossRow, updatedAt: number | null): CrossAccount {
  const position: Position | null =
    row.quantity === 0
      ? null
      : {
          id: CROSS_ID,
          mode: 'cross',
          side: row.quantity > 0 ? 'long' : 'short',
          quantityUsd: Math.abs(row.quantity),
          entryPriceUsd: row.entryPrice,
          entryCandidates: null,
          entrySource: null,
          marginSats: row.margin,
          entryMarginSats: null,
          maintenanceMarginSats: row.maintenanceMargin ?? null,
          runningMarginSats: row.runningMargin ?? null,
          leverage: row.leverage,
          liquidationPriceUsd: row.liquidation ?? null,
          stopLossUsd: null,
          stopLossTrailingDistance: null,
          takeProfitUsd: null,
          exchangePlSats: null,
          fundingPaidSats: row.fundingFees ?? null,
          openingFeeSats: null,
          cashInMarginSats: null,
          cashInPlSats: null,
          openedAt: null,
        }
  return { marginSats: row.margin, leverage: row.leverage, position, updatedAt }
}

const positionSchema = lazy(() =>
  z.object({ ...crossFields, liquidation: levelOrNull, updatedAt: z.nullish(isoTime) }),
)

/** Decodes the reply to `GET /futures/cross/position`, which is an object even if there is no position. */
export function decodeCrossPosition(body: unknown): Decoded<CrossAccount> {
  const checked = validate(positionSchema(), body, ROUTES.crossPosition.label)
  if (!checked.ok) return checked
  const { updatedAt } = checked.value
  return { ok: true, value: crossAccountOf(checked.value, updatedAt ?? null) }
}

const orderSchema = lazy(() =>
  z.object({
    id: z.string(),
    side: buySellField,
    quantity: quantityField,
    price: priceField,
    filled: z.boolean(),
    canceled: z.boolean(),
    createdAt: isoTime,
  }),
)

/** Decodes the reply to `GET /futures/cross/orders/open`. Omits orders that are filled or canceled. */
export function decodeCrossOpen(body: unknown): Decoded<readonly Order[]> {
  const checked = validate(z.array(orderSchema()), body, ROUTES.crossOpen.label)
  if (!checked.ok) return checked
  const open = checked.value.filter(order => !(order.filled || order.canceled))
  return {
    ok: true,
    value: open.map(order => ({
      id: order.id,
      mode: 'cross',
      side: order.side,
      type: 'limit',
      quantityUsd: order.quantity,
      priceUsd: order.price,
      leverage: null,
      reservedSats: null,
      createdAt: order.createdAt,
    })),
  }
}

const fillSchema = lazy(() =>
  z.object({
    id: z.string(),
    side: buySellField,
    quantity: quantityField,
    price: priceField,
    tradingFee: satsField,
    filledAt: isoTime,
  }),
)

const unfilledSchema = lazy(() => z.object({ canceled: z.literal(true), filledAt: z.null() }))

/** Decodes one page of `GET /futures/cross/orders/filled`, including liquidations. Omits canceled orders that were never filled. */
export function decodeCrossFilled(body: unknown): Decoded<Page<CrossFill>> {
  return decodePage(body, {
    label: ROUTES.crossFilled.label,
    schema: fillSchema(),
    omits: row => z.safeParse(unfilledSchema(), row).success,
    map: fill => ({
      id: fill.id,
      side: fill.side,
      quantityUsd: fill.quantity,
      priceUsd: fill.price,
      feeSats: fill.tradingFee,
      filledAt: fill.filledAt,
    }),
  })
}
