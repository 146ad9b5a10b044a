import type { Account } from '../domain/account.ts'
import { signedUsd } from '../domain/cross-replay.ts'
import type { CrossAccount, Order, Position } from '../domain/position.ts'
import { unspentReserveSats } from '../domain/reserve.ts'
import type { SampleRow } from './rows.ts'

/** The funds of a live account. All parts were read after the last known move of an amount. */
export interface LiveFunds {
  /** When the oldest part was read, ms since 1970 by the exchange's clock. */
  readonly at: number
  readonly account: Account
  /** Running isolated trades. */
  readonly isolated: readonly Position[]
  readonly isolatedOrders: readonly Order[]
  readonly cross: CrossAccount
  /** Null if unknown. */
  readonly equitySats: number | null
}

/** Returns the sample of live funds; null if a part of them but the equity is unknown, or of another market. */
export function liveSampleOf(funds: LiveFunds): SampleRow | null {
  const { at, account, isolated, isolatedOrders, cross, equitySats } = funds
  const { position } = cross
  const isForeign = [...isolated, ...isolatedOrders, ...(position === null ? [] : [position])].some(
    ({ otherMarket }) => otherMarket !== null,
  )
  const isolatedSats = sumOf([
    ...isolated.flatMap(trade => [trade.marginSats, unspentReserveSats(trade)]),
    ...isolatedOrders.map(({ reservedSats }) => reservedSats),
  ])
  const openCashInSats = sumOf(isolated.map(({ cashInPlSats }) => cashInPlSats))
  const { balanceSats, syntheticUsdBalance: syntheticUsd } = account
  const { marginSats: crossMarginSats } = cross
  if (isForeign || isolatedSats === null || openCashInSats === null) return null
  if (syntheticUsd === null || crossMarginSats === null) return null
  const crossQuantityUsd = position === null ? 0 : signedUsd(position)
  return {
    ...{ at, balanceSats, isolatedSats, crossMarginSats, crossQuantityUsd },
    ...{ openCashInSats, syntheticUsd, equitySats },
  }
}

function sumOf(amounts: readonly (number | null)[]): number | null {
  return amounts.reduce((sum, amount) => (sum === null || amount === null ? null : sum + amount), 0)
}
