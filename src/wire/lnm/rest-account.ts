import * as z from 'zod/mini'
import type { Account } from '../../domain/account.ts'
import type { Decoded } from '../decoded.ts'
import { idField, wordField } from '../foreign-text.ts'
import { decodeObject, optional, type Readable, required } from '../rows.ts'
import { lazy, validate } from '../validate.ts'
import { isoTime, msTime, satsField, syntheticUsdField } from './fields.ts'
import { decodePage, type Page } from './page.ts'
import { ROUTES } from './routes.ts'

/** The account without the unit of its synthetic dollars, which the exchange does not report. */
export type AccountReply = Omit<Account, 'syntheticUsdUnit'>

const accountSpec = lazy(() => ({
  username: optional(wordField),
  balance: required(satsField),
  syntheticUsdBalance: optional(syntheticUsdField),
  feeTier: optional(z.int().check(z.nonnegative(), z.maximum(100))),
}))

/** Decodes the reply to `GET /account`. */
export function decodeAccount(body: unknown): Decoded<Readable<AccountReply>> {
  return decodeObject(body, ROUTES.account.label, accountSpec(), row => ({
    username: row.username,
    balanceSats: row.balance,
    syntheticUsdBalance: row.syntheticUsdBalance,
    feeTier: row.feeTier,
  }))
}

/** One swap between bitcoin and synthetic dollars. Amounts are in sats for `BTC`, and in an undocumented unit for `USD`. */
export interface Swap {
  readonly id: string
  readonly at: number
  readonly inAmount: number
  readonly inAsset: string
  readonly outAmount: number
  readonly outAsset: string
}

const swapSchema = lazy(() =>
  z.object({
    id: idField,
    createdAt: isoTime,
    inAmount: z.number(),
    inAsset: wordField,
    outAmount: z.number(),
    outAsset: wordField,
  }),
)

/** Decodes one page of `GET /synthetic-usd/swaps`. */
export function decodeSwaps(body: unknown): Decoded<Page<Swap>> {
  return decodePage(body, {
    label: ROUTES.swaps.label,
    schema: swapSchema(),
    map: ({ createdAt, ...swap }) => ({ ...swap, at: createdAt }),
  })
}

const timeSchema = lazy(() => z.object({ time: msTime }))

/** Decodes the exchange's clock to ms since 1970. Its documentation gives both text and number, so both are accepted. */
export function decodeServerTime(body: unknown): Decoded<number> {
  const checked = validate(timeSchema(), body, ROUTES.time.label)
  return checked.ok ? { ok: true, value: checked.value.time } : checked
}
