import { openPositions } from '../open-positions.ts'
import { isSettled } from '../settled.ts'
import type { State } from '../state.ts'
import { isWhole, positionsAreComplete } from './parts.ts'

/** Why the equity is unknown although `unrealizedSats`, the P&L of all positions, was computed; null there as well if it is unknown. */
export function equityUnknownReason(state: State, unrealizedSats: number | null): string {
  const { account, isolatedOrders, index, parts } = state
  if (account === null) return 'account data is not read'
  if (!positionsAreComplete(state)) return 'not all positions are read'
  if (openPositions(state).some(({ value }) => value.otherMarket !== null))
    return 'a position of another market is not valued'
  if (isolatedOrders === null || !isWhole(parts.isolatedOrders)) return 'not all isolated orders are read'
  const { syntheticUsdBalance, syntheticUsdUnit } = account.value
  if (syntheticUsdBalance === null) return 'the balance of synthetic dollars is not known'
  if (syntheticUsdBalance !== 0 && syntheticUsdUnit === null)
    return 'the unit of the synthetic dollars is not known yet'
  if (syntheticUsdBalance !== 0 && index === null) return 'there is no index price'
  if (!isSettled(state)) return 'the balance is read again after a change'
  return unrealizedSats === null ? 'the P&L of a position is not known' : 'a margin or reserve is not known'
}
