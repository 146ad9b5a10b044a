import type { Position } from '../domain/position.ts'
import { unspentReserveSats } from '../domain/reserve.ts'
import { SATS_PER_BTC, type Sats, sats, sumKnownSats } from '../domain/units.ts'
import { feeRateOf, feeSats, plSats } from '../domain/valuation.ts'
import type { State } from './state.ts'

/**
 * The state without liquidated positions. An isolated one loses its margin; what the closing fee leaves of its reserve returns to the balance
 * (reference 7.3). The cross position is closed at its liquidation price, and the rest of the margin stays.
 */
export function stateWithout(state: State, lost: readonly Position[]): State {
  const feeRate = feeRateOf(state.account?.value.feeTier ?? 0)
  const feeOf = ({ quantityUsd, liquidationPriceUsd }: Position): number =>
    liquidationPriceUsd === null ? 0 : feeSats(quantityUsd, liquidationPriceUsd, feeRate)
  const isolated = lost.filter(({ mode }) => mode === 'isolated')
  const rest = new Map(state.isolated)
  for (const { id } of isolated) rest.delete(id)
  const returned = isolated.map(position => {
    const reserve = unspentReserveSats(position)
    return reserve === null ? null : sats(Math.max(0, reserve - feeOf(position)))
  })
  const cross = lost.find(({ mode }) => mode === 'cross')
  return {
    ...state,
    isolated: isolated.length === 0 ? state.isolated : rest,
    account: withReturned(state.account, returned),
    cross: cross === undefined ? state.cross : withoutPosition(state.cross, cross, feeOf(cross)),
  }
}

/** Null if what returns is unknown. */
function withReturned(account: State['account'], returned: readonly (Sats | null)[]): State['account'] {
  const balanceSats = account === null ? null : sumKnownSats([account.value.balanceSats, ...returned])
  return account === null || balanceSats === null
    ? null
    : { ...account, value: { ...account.value, balanceSats } }
}

function withoutPosition(cross: State['cross'], position: Position, fee: number): State['cross'] {
  if (cross === null) return null
  const pl = lossAtLiquidation(position)
  const { marginSats } = cross.value
  const left = pl === null || marginSats === null ? null : sats(Math.max(0, marginSats + pl - fee))
  return { ...cross, value: { ...cross.value, position: null, marginSats: left } }
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
