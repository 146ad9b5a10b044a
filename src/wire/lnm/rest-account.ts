import * as z from 'zod/mini'
import type { Account } from '../../domain/account.ts'
import type { Decoded } from '../decoded.ts'
import { isoTime, satsField } from './fields.ts'
import { type Page, pageOf } from './page.ts'
import { ROUTES } from './routes.ts'
import { lazily, validate } from './validate.ts'

/** The account without the unit of its synthetic dollars, which the exchange does not say. */
export type AccountReply = Omit<Account, 'syntheticUsdUnit'>

const accountSchema = lazily(() =>
  z.object({
    username: z.string(),
    balance: satsField,
    syntheticUsdBalance: z.number(),
    feeTier: z.int().check(z.nonnegative()),
  }),
)

/** The reply to `GET /account`. */
export function decodeAccount(body: unknown): Decoded<AccountReply> {
  const checked = validate(accountSchema(), body, ROUTES.account.label)
  if (!checked.ok) return checked
  const { username, balance, syntheticUsdBalance, feeTier } = checked.value
  return { ok: true, value: { username, balanceSats: balance, syntheticUsdBalance, feeTier } }
}

/** One exchange between bitcoin and synthetic dollars. Amounts are in sats for `BTC`, in the disputed unit for `USD`. */
export interface Swap {
  readonly id: string
  readonly at: number
  readonly inAmount: number
  readonly inAsset: string
  readonly outAmount: number
  readonly outAsset: string
}

const swapSchema = lazily(() =>
  z.pipe(
    z.object({
      id: z.string(),
      createdAt: isoTime,
      inAmount: z.number(),
      inAsset: z.string(),
      outAmount: z.number(),
      outAsset: z.string(),
    }),
    z.transform(({ createdAt, ...swap }): Swap => ({ ...swap, at: createdAt })),
  ),
)

/** One page of `GET /synthetic-usd/swaps`. */
export function decodeSwaps(body: unknown): Decoded<Page<Swap>> {
  return validate(pageOf(swapSchema()), body, ROUTES.swaps.label)
}

const timeSchema = lazily(() => z.object({ time: z.union([isoTime, z.int()]) }))

/** The exchange's clock, ms since 1970. The documents disagree on text or number; both are read. */
export function decodeServerTime(body: unknown): Decoded<number> {
  const checked = validate(timeSchema(), body, ROUTES.time.label)
  return checked.ok ? { ok: true, value: checked.value.time } : checked
}
