import * as z from 'zod/mini'
import {
  CROSS_ID,
  type CrossAccount,
  type Order,
  type Position,
  UNKNOWN_POSITION,
} from '../../domain/position.ts'
import { CROSS_FILL_TYPES, type CrossFill } from '../../domain/snapshot.ts'
import type { Usd } from '../../domain/units.ts'
import { type Decoded, invalid } from '../decoded.ts'
import { idField } from '../foreign-text.ts'
import {
  decodeList,
  decodeObject,
  decodeRow,
  optional,
  type Readable,
  type RowOf,
  required,
} from '../rows.ts'
import { lazy } from '../validate.ts'
import {
  buySellField,
  isoTime,
  levelOrNull,
  leverageField,
  marginField,
  priceField,
  quantityField,
  satsField,
  signedQuantityField,
  unsignedQuantityField,
  voidByQuantity,
} from './fields.ts'
import { otherMarketOf } from './instrument.ts'
import { decodePage, type Page } from './page.ts'
import { ROUTES } from './routes.ts'

/** Fields of a cross position, the same in REST and on the stream. `quantity` is signed: negative is short. */
const crossSpec = lazy(() => ({
  quantity: required(signedQuantityField),
  margin: optional(satsField),
  leverage: optional(leverageField),
  entryPrice: optional(priceField),
  runningMargin: optional(satsField),
  maintenanceMargin: optional(marginField),
  fundingFees: optional(satsField),
}))

/**
 * Absent in a message without a position. Any other unreadable value makes the position unreadable: without its liquidation price
 * it would look safer than it is.
 */
const liquidationSpec = lazy(() => ({ liquidation: required(z.optional(levelOrNull)) }))

type CrossRow = RowOf<ReturnType<typeof crossSpec>>

/** Maps a cross position to the domain: the sign becomes the side, and quantity 0 means no position. */
function crossAccountOf(row: CrossRow, liquidationPriceUsd: Usd | null, place: CrossPlace): CrossAccount {
  const position: Position | null =
    row.quantity === 0
      ? null
      : {
          id: CROSS_ID,
          mode: 'cross',
          side: row.quantity > 0 ? 'long' : 'short',
          quantityUsd: Math.abs(row.quantity),
          ...UNKNOWN_POSITION,
          entryPriceUsd: row.entryPrice,
          marginSats: row.margin,
          maintenanceMarginSats: row.maintenanceMargin,
          runningMarginSats: row.runningMargin,
          leverage: row.leverage,
          liquidationPriceUsd,
          fundingPaidSats: row.fundingFees,
          otherMarket: place.otherMarket,
        }
  return { marginSats: row.margin, leverage: row.leverage, position, updatedAt: place.updatedAt }
}

/** What a cross position has besides its fields: its last change, and its market if that is another one. */
interface CrossPlace {
  readonly updatedAt: number | null
  readonly otherMarket: string | null
}

/** Decodes a cross position of REST or of the stream, whose times differ in format. */
export function decodeCross(
  raw: unknown,
  label: string,
  updatedAtField: z.ZodMiniType<number>,
): Decoded<Readable<CrossAccount>> {
  const row = decodeObject(raw, label, crossSpec(), value => value)
  if (!row.ok) return row
  const { value, faults } = row.value
  const liquidation = value.quantity === 0 ? null : decodeRow(liquidationSpec(), raw)
  if (liquidation !== null && !liquidation.ok)
    return invalid(label, `liquidation ${liquidation.fault.problem}`)
  const time = decodeRow({ updatedAt: optional(updatedAtField) }, raw)
  const place: CrossPlace = {
    updatedAt: time.ok ? time.row.updatedAt : null,
    otherMarket: otherMarketOf(raw as object),
  }
  const more = [...(liquidation?.faults ?? []), ...(time.ok ? time.faults : [])]
  return {
    ok: true,
    value: {
      value: crossAccountOf(value, liquidation?.row.liquidation ?? null, place),
      unreadable: [],
      faults: [...faults, ...more.map(fault => ({ id: null, ...fault }))],
    },
  }
}

/** Decodes the reply to `GET /futures/cross/position`, which is an object even if there is no position. */
export function decodeCrossPosition(body: unknown): Decoded<Readable<CrossAccount>> {
  return decodeCross(body, ROUTES.crossPosition.label, isoTime)
}

const orderSpec = lazy(() => ({
  id: required(idField),
  side: required(buySellField),
  quantity: required(unsignedQuantityField),
  price: required(priceField),
  filled: optional(z.boolean()),
  canceled: optional(z.boolean()),
  createdAt: optional(isoTime),
}))

/** Decodes the reply to `GET /futures/cross/orders/open`. Omits orders that are filled or canceled. */
export function decodeCrossOpen(body: unknown): Decoded<Readable<readonly Order[]>> {
  return decodeList(body, {
    label: ROUTES.crossOpen.label,
    spec: orderSpec(),
    omits: order => order.filled === true || order.canceled === true,
    voidBy: voidByQuantity,
    map: (order, raw): Order => ({
      id: order.id,
      mode: 'cross',
      side: order.side,
      type: 'limit',
      quantityUsd: order.quantity,
      priceUsd: order.price,
      leverage: null,
      reservedSats: null,
      createdAt: order.createdAt,
      otherMarket: otherMarketOf(raw),
    }),
  })
}

/** The fields of a filled cross order besides its type. */
export const FILL_FIELDS = {
  id: idField,
  side: buySellField,
  quantity: quantityField,
  price: priceField,
  tradingFee: satsField,
  filledAt: isoTime,
} as const

/** What made a fill of the cross position. */
export const fillTypeField = z.enum(CROSS_FILL_TYPES)

const fillSchema = lazy(() =>
  // The P&L does not need the type: a strange one does not hide the fill.
  z.object({ ...FILL_FIELDS, type: z.catch(z.nullable(fillTypeField), null) }),
)

const unfilledSchema = lazy(() => z.object({ canceled: z.literal(true), filledAt: z.null() }))

/** True for a canceled cross order that was never filled: the list of filled orders contains it, and decoders omit it. */
export function isNeverFilled(row: unknown): boolean {
  return z.safeParse(unfilledSchema(), row).success
}

/** Converts a filled cross order, and keeps its type as it was decoded. */
export function fillOf<Type extends CrossFill['type']>(
  fill: Omit<z.infer<ReturnType<typeof fillSchema>>, 'type'> & { readonly type: Type },
): CrossFill & { readonly type: Type } {
  const { id, type, side, quantity, price, tradingFee, filledAt } = fill
  return { id, type, side, quantityUsd: quantity, priceUsd: price, feeSats: tradingFee, filledAt }
}

/** Decodes one page of `GET /futures/cross/orders/filled`, including liquidations. Omits canceled orders that were never filled. */
export function decodeCrossFilled(body: unknown): Decoded<Page<CrossFill>> {
  return decodePage(body, {
    label: ROUTES.crossFilled.label,
    schema: fillSchema(),
    omits: isNeverFilled,
    map: fillOf,
  })
}
