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
import { idField, permissionField, wordField } from '../foreign-text.ts'
import {
  distanceField,
  levelField,
  leverageField,
  priceField,
  quantityField,
  rateField,
  satsField,
  satsOrNull,
  syntheticUsdField,
} from '../lnm/fields.ts'
import { lazy } from '../validate.ts'
import { absentAsNull, nullableSats, reservedField, timeField } from './fields.ts'

type Schema<T> = z.ZodMiniType<T>

const modeField = z.enum(['isolated', 'cross'])
const priceOrNull = z.nullable(priceField)
const levelOrNull = z.nullable(levelField)
const timeOrNull = z.nullable(timeField)

/** Long or short. Any other value is a fault, as every sign depends on the side. */
export const sideField = z.enum(['long', 'short'])

/** The next funding settlement. */
export const fundingSchema = lazy(
  (): Schema<Funding> => z.object({ rate: z.nullable(rateField), at: timeOrNull }),
)

/** Size buckets, smallest first. */
export const bucketsSchema = lazy(
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
export const candleSchema = lazy(
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
export const tickerSchema = lazy(
  (): Schema<Ticker> =>
    z.object({
      lastPriceUsd: priceOrNull,
      indexUsd: priceOrNull,
      funding: z.nullable(fundingSchema()),
      buckets: z.nullable(bucketsSchema()),
    }),
)

/** The account. */
export const accountSchema = lazy(
  (): Schema<Account> =>
    z.object({
      username: z.nullable(wordField),
      balanceSats: satsField,
      syntheticUsdBalance: z.nullable(syntheticUsdField),
      syntheticUsdUnit: z.nullable(z.enum(['dollars', 'cents'])),
      feeTier: z.nullable(z.int().check(z.nonnegative())),
    }),
)

/** An open position. Its quantity is positive, its sign is the side. */
export const positionSchema = lazy(
  (): Schema<Position> =>
    z.object({
      id: idField,
      mode: modeField,
      side: sideField,
      quantityUsd: quantityField,
      entryPriceUsd: priceOrNull,
      // Older relays do not send the fields that may be absent.
      entryCandidates: absentAsNull(z.object({ priceUsd: priceOrNull, entryPriceUsd: priceOrNull })),
      entrySource: absentAsNull(z.enum(['same', 'price', 'entryPrice', 'undecided', 'neither'])),
      marginSats: nullableSats,
      entryMarginSats: satsOrNull,
      maintenanceMarginSats: nullableSats,
      runningMarginSats: nullableSats,
      leverage: z.nullable(leverageField),
      liquidationPriceUsd: levelOrNull,
      stopLossUsd: levelOrNull,
      stopLossTrailingDistance: absentAsNull(distanceField),
      takeProfitUsd: levelOrNull,
      exchangePlSats: nullableSats,
      fundingPaidSats: nullableSats,
      openingFeeSats: nullableSats,
      cashInMarginSats: satsOrNull,
      cashInPlSats: satsOrNull,
      openedAt: timeOrNull,
      otherMarket: absentAsNull(wordField),
    }),
)

/** An open order. */
export const orderSchema = lazy(
  (): Schema<Order> =>
    z.object({
      id: idField,
      mode: modeField,
      side: sideField,
      type: z.literal('limit'),
      quantityUsd: quantityField,
      priceUsd: priceField,
      leverage: z.nullable(leverageField),
      reservedSats: z.nullable(reservedField),
      createdAt: timeOrNull,
      otherMarket: absentAsNull(wordField),
    }),
)

/** The cross margin account; its position is null if there is none. */
export const crossSchema = lazy(
  (): Schema<CrossAccount> =>
    z.object({
      marginSats: nullableSats,
      leverage: z.nullable(leverageField),
      position: z.nullable(positionSchema()),
      updatedAt: timeOrNull,
    }),
)

/** Permissions of the relay's key. */
export const keySchema = lazy(
  (): Schema<KeyPermissions | null> =>
    z.nullable(
      z.pipe(
        z.object({ permissions: z.array(permissionField), unreadable: z.optional(z.boolean()) }),
        z.transform(({ permissions, unreadable }) => ({
          permissions: unreadable === true ? null : permissions,
        })),
      ),
    ),
)

/** Read permissions that the relay's key lacks. */
export const missingSchema = lazy((): Schema<readonly ReadPermission[]> => z.array(z.enum(READ_PERMISSIONS)))

/** Last known values of a position, with their times. */
export const lastKnownSchema = lazy(
  (): Schema<Stamped<Position>> =>
    z.object({ value: positionSchema(), sourceAt: timeOrNull, receivedAt: timeField }),
)

/** Schema of a value with its two times, or null. */
export function stamped<T>(value: Schema<T>): Schema<Stamped<T> | null> {
  return z.nullable(z.object({ value, sourceAt: timeOrNull, receivedAt: timeField }))
}
