import type { PartName } from '../../domain/parts.ts'
import type { LiveFunds } from '../../ledger/live-sample.ts'
import { selectParts } from '../../store/selectors/parts.ts'
import { selectTotals } from '../../store/selectors/totals.ts'
import { isSettled } from '../../store/settled.ts'
import type { State } from '../../store/state.ts'

const FUNDS = [
  'account',
  'isolatedPositions',
  'isolatedOrders',
  'crossPosition',
] as const satisfies readonly PartName[]

/**
 * Returns the funds of a live account as they were when the oldest part of them was read: a message about a later move makes them unsettled until all
 * parts are read again. Null if they are not settled, if a part is not live, or if the exchange's clock is not measured.
 */
export function liveFunds(state: State, now: number): LiveFunds | null {
  const { account, isolated, isolatedOrders, cross, status } = state
  const offsetMs = status?.clockOffsetMs ?? null
  if (!account || !isolated || !isolatedOrders || !cross || offsetMs === null || !isSettled(state))
    return null
  const parts = selectParts(state, now)
  if (FUNDS.some(part => parts[part].state !== 'live')) return null
  const readAt = Math.min(...FUNDS.map(part => state.parts[part].readAt ?? Number.NEGATIVE_INFINITY))
  if (!Number.isFinite(readAt)) return null
  return {
    at: Math.round(readAt + offsetMs),
    account: account.value,
    isolated: [...isolated.values()].map(({ value }) => value),
    isolatedOrders: [...isolatedOrders.values()].map(({ value }) => value),
    cross: cross.value,
    equitySats: selectTotals(state, now).equitySats,
  }
}
