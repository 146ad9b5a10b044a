import * as z from 'zod/mini'
import {
  type Account,
  type KeyPermissions,
  READ_PERMISSIONS,
  type ReadPermission,
} from '../../domain/account.ts'
import type { Bucket, Candle, Funding, Ticker } from '../../domain/market.ts'
import type { CrossAccount, Order, Position } from '../../domain/position.ts'
import type { Stamped } from '../../domain/stamp.ts'
import { priceField, quantityField, satsField } from '../lnm/fields.ts'
import { lazily } from '../lnm/validate.ts'
import { levelField, reservedField, satsOrNull, timeField } from './fields.ts'

type Schema<T> = z.ZodMiniType<T>

const modeField = z.enum(['isolated', 'cross'])
const leverageField = z.number().check(z.positive())
const priceOrNull = z.nullable(priceField)
const levelOrNull = z.nullable(levelField)
const timeOrNull = z.nullable(timeField)

/** Long or short, and nothing else: by the sign of a position hangs everything. */
export const sideField = z.enum(['long', 'short'])

/** The next settlement. */
export const fundingSchema = lazily(
  (): Schema<Funding> => z.object({ rate: z.nullable(z.number()), at: timeOrNull }),
)

/** Size buckets, smallest first. */
export const bucketsSchema = lazily(
  (): Schema<readonly Bucket[]> =>
    z.array(
      z.object({
        minSizeUsd: z.number().check(z.nonnegative()),
        maxSizeUsd: z.number().check(z.positive()),
        bidUsd: priceOrNull,
        askUsd: priceOrNull,
      }),
    ),
)

/** One candle. */
export const candleSchema = lazily(
  (): Schema<Candle> =>
    z.object({
      openedAt: timeField,
      openUsd: priceField,
      highUsd: priceField,
      lowUsd: priceField,
      closeUsd: priceField,
      volumeUsd: z.number().check(z.nonnegative()),
    }),
)

/** Prices, funding and buckets. */
export const tickerSchema = lazily(
  (): Schema<Ticker> =>
    z.object({
      lastPriceUsd: priceOrNull,
      indexUsd: priceOrNull,
      funding: fundingSchema(),
      buckets: bucketsSchema(),
    }),
)

/** The user's account. */
export const accountSchema = lazily(
  (): Schema<Account> =>
    z.object({
      username: z.string(),
      balanceSats: satsField,
      syntheticUsdBalance: z.number(),
      syntheticUsdUnit: z.nullable(z.enum(['dollars', 'cents'])),
      feeTier: z.int().check(z.nonnegative()),
    }),
)

/** An open position; its quantity is positive, its sign is its side. */
export const positionSchema = lazily(
  (): Schema<Position> =>
    z.object({
      id: z.string(),
      mode: modeField,
      side: sideField,
      quantityUsd: quantityField,
      entryPriceUsd: priceOrNull,
      marginSats: satsOrNull,
      maintenanceMarginSats: satsOrNull,
      runningMarginSats: satsOrNull,
      leverage: leverageField,
      liquidationPriceUsd: levelOrNull,
      stopLossUsd: levelOrNull,
      takeProfitUsd: levelOrNull,
      exchangePlSats: satsOrNull,
      fundingPaidSats: satsOrNull,
      openingFeeSats: satsOrNull,
      openedAt: timeOrNull,
    }),
)

/** An order that waits for its price. */
export const orderSchema = lazily(
  (): Schema<Order> =>
    z.object({
      id: z.string(),
      mode: modeField,
      side: sideField,
      type: z.literal('limit'),
      quantityUsd: quantityField,
      priceUsd: priceField,
      leverage: z.nullable(leverageField),
      reservedSats: z.nullable(reservedField),
      createdAt: timeField,
    }),
)

/** The cross margin account, with its position if there is one. */
export const crossSchema = lazily(
  (): Schema<CrossAccount> =>
    z.object({
      marginSats: satsField,
      leverage: leverageField,
      position: z.nullable(positionSchema()),
      updatedAt: timeOrNull,
    }),
)

/** What the relay's key may do. */
export const keySchema = lazily(
  (): Schema<KeyPermissions | null> => z.nullable(z.object({ permissions: z.array(z.string()) })),
)

/** Permissions that the relay's key lacks. */
export const missingSchema = lazily(
  (): Schema<readonly ReadPermission[]> => z.array(z.enum(READ_PERMISSIONS)),
)

/** A value with its two times, or null. */
export function stamped<T>(value: Schema<T>): Schema<Stamped<T> | null> {
  return z.nullable(z.object({ value, sourceAt: timeOrNull, receivedAt: timeField }))
}
