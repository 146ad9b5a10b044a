import type { Position } from '../domain/position.ts'
import { unspentReserveSats } from '../domain/reserve.ts'
import { SATS_PER_BTC, type Sats, sats } from '../domain/units.ts'
import { feeRateOf, feeSats, plSats } from '../domain/valuation.ts'
import type { State } from './state.ts'

/**
 * The state without a liquidated position. An isolated one loses its margin; what the closing fee leaves of its reserve returns to the balance
 * (reference 7.3). The cross position is closed at its liquidation price, and the rest of the margin stays.
 */
export function stateWithout(state: State, position: Position): State {
  const feeRate = feeRateOf(state.account?.value.feeTier ?? 0)
  const { quantityUsd, liquidationPriceUsd } = position
  const fee = liquidationPriceUsd === null ? 0 : feeSats(quantityUsd, liquidationPriceUsd, feeRate)
  if (position.mode === 'cross') return withoutCross(state, position, fee)
  const { account, isolated } = state
  const reserve = unspentReserveSats(position)
  const rest = new Map(isolated)
  rest.delete(position.id)
  const returned = reserve === null || account === null ? null : Math.max(0, reserve - fee)
  return {
    ...state,
    isolated: rest,
    account:
      account === null || returned === null
        ? null
        : {
            ...account,
            value: { ...account.value, balanceSats: sats(account.value.balanceSats + returned) },
          },
  }
}

function withoutCross(state: State, position: Position, fee: number): State {
  const { cross } = state
  if (cross === null) return state
  const pl = lossAtLiquidation(position)
  const { marginSats } = cross.value
  const left = pl === null || marginSats === null ? null : sats(Math.max(0, marginSats + pl - fee))
  return { ...state, cross: { ...cross, value: { ...cross.value, position: null, marginSats: left } } }
}

/** P&L of a liquidation, gross of the fee: an isolated trade loses its margin. Null if it is unknown. */
export function lossAtLiquidation({
  mode,
  side,
  quantityUsd,
  entryPriceUsd,
  ...rest
}: Position): Sats | null {
  const { marginSats, liquidationPriceUsd } = rest
  if (mode === 'isolated') return marginSats === null ? null : sats(-marginSats)
  if (entryPriceUsd === null || liquidationPriceUsd === null) return null
  // A price of cents that does not belong to this quantity: the P&L is beyond exact integers.
  const largest = (quantityUsd * SATS_PER_BTC) / Math.min(entryPriceUsd, liquidationPriceUsd)
  if (largest > Number.MAX_SAFE_INTEGER) return null
  return plSats(side, quantityUsd, entryPriceUsd, liquidationPriceUsd)
}
