import { bookedSats } from '../domain/booked-sats.ts'
import type { PartName } from '../domain/parts.ts'
import type { Sats } from '../domain/units.ts'
import type { State } from './state.ts'

/** The parts of which the equity is the sum. */
const MONEY_PARTS = [
  'account',
  'isolatedPositions',
  'isolatedOrders',
  'crossPosition',
] as const satisfies readonly PartName[]

/**
 * Returns true if amounts of these parts are of one time: each part was read after the last known move of an amount. Messages report the
 * end of a trade before its margin is read as a part of the balance, so that a sum over both would lack the margin meanwhile.
 */
export function isSettled({ movedAt, parts }: State, names: readonly PartName[] = MONEY_PARTS): boolean {
  return movedAt === null || names.every(name => (parts[name].readAt ?? Number.NEGATIVE_INFINITY) >= movedAt)
}

/**
 * A read of all parts takes 1.5 s, so that a single move is settled in 3 s. If an account keeps moving for longer, a sum that is wrong by
 * the last moves is better for an alert than none.
 */
const MOVES_TOO_LONG_MS = 10_000

/** Returns true while amounts have kept moving for so long that a rule must not wait any more. */
export function movesTooLong(state: State, now: number): boolean {
  const { movingSince } = state
  return !isSettled(state) && movingSince !== null && now - movingSince >= MOVES_TOO_LONG_MS
}

/** Notes that an amount has moved, as a message of this time reports. */
export function withMove(state: State, at: number): State {
  if (state.movedAt !== null && state.movedAt >= at) return state
  return { ...state, movedAt: at, movingSince: isSettled(state) ? at : (state.movingSince ?? at) }
}

/**
 * Notes a move that no message has reported, and that a snapshot shows by another sum of the amounts. It may have happened between the
 * reads of two parts: only the next snapshot is of one time for sure. After a reported move another sum is expected.
 */
export function withUnreportedMove(before: State, after: State, at: number): State {
  if (!isSettled(before)) return after
  const [sumBefore, sum] = [bookedIn(before), bookedIn(after)]
  return sumBefore === null || sum === null || sumBefore === sum ? after : withMove(after, at)
}

function bookedIn({ account, isolated, isolatedOrders, cross }: State): Sats | null {
  if (account === null || isolated === null || isolatedOrders === null || cross === null) return null
  return bookedSats({
    account: account.value,
    isolated: [...isolated.values()].map(({ value }) => value),
    isolatedOrders: [...isolatedOrders.values()].map(({ value }) => value),
    cross: cross.value,
  })
}
