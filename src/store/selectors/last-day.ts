import { formatAge } from '../../domain/format.ts'
import type { Position } from '../../domain/position.ts'
import type { History } from '../../domain/snapshot.ts'
import { type Sats, sats, sumKnownSats, sumSats } from '../../domain/units.ts'
import type { State } from '../state.ts'
import type { TotalsView } from '../view.ts'

const DAY_MS = 86_400_000

/** The history is read about once a minute. If it is older than this, sums of the last day would be incomplete. */
const HISTORY_STALE_AFTER_MS = 300_000

type LastDay = Pick<
  TotalsView,
  | 'realized24hNetSats'
  | 'realized24hGrossSats'
  | 'realized24hUnknownReason'
  | 'fees24hSats'
  | 'funding24hSats'
>

/** Realized P&L, fees (including those of running trades) and funding of the last 24 hours, as changes of the balance. */
export function selectLastDay(state: State, now: number): LastDay {
  const ageMs = state.history === null ? null : now - state.history.receivedAt
  const isFresh = ageMs !== null && ageMs <= HISTORY_STALE_AFTER_MS
  const history = isFresh && state.history ? since(state, state.history.value, now) : null
  const gross = history && realized(history)
  const fees = history && feesOf(state, history)
  const funding = history?.fundingFees ? paid(history.fundingFees.map(fee => fee.feeSats)) : null
  const net = sumKnownSats([gross, fees, funding])
  return {
    realized24hNetSats: net,
    realized24hGrossSats: gross,
    realized24hUnknownReason: net === null ? whyUnknown(state, history, ageMs) : null,
    fees24hSats: fees,
    funding24hSats: funding,
  }
}

function sinceOf(state: State, now: number): number {
  return now + (state.status?.clockOffsetMs ?? 0) - DAY_MS
}

/** The rows of the last 24 hours on the exchange's clock. */
function since(state: State, history: History, now: number): History {
  const from = sinceOf(state, now)
  return {
    ...history,
    since: from,
    closed: history.closed?.filter(trade => trade.closedAt >= from) ?? null,
    crossFills: history.crossFills?.filter(fill => fill.filledAt >= from) ?? null,
    fundingFees: history.fundingFees?.filter(fee => fee.at >= from) ?? null,
  }
}

function paid(amounts: readonly Sats[]): Sats {
  return sats(-sumSats(amounts))
}

function realized({ closed, crossFills }: History): Sats | null {
  if (closed === null || crossFills === null) return null
  return sumKnownSats([...closed, ...crossFills].map(({ plSats }) => plSats))
}

function feesOf(state: State, { since: from, closed, crossFills }: History): Sats | null {
  const running = runningTrades(state)
  if (closed === null || crossFills === null || running === null) return null
  const recentlyOpened = [...closed, ...running].filter(({ openedAt }) => (openedAt ?? 0) >= from)
  const sum = sumKnownSats([
    ...recentlyOpened.map(trade => trade.openingFeeSats),
    ...closed.map(trade => trade.closingFeeSats),
    ...crossFills.map(fill => fill.feeSats),
  ])
  return sum === null ? null : sats(0 - sum)
}

/**
 * The running trades, an unreadable one as it was last read: its opening fee does not change. Null if one was never read, since a sum
 * without it would be wrong.
 */
function runningTrades({ isolated, lastKnown, parts }: State): readonly Position[] | null {
  if (isolated === null) return null
  const unread = parts.isolatedPositions.unreadable.map(({ id }) =>
    id === null ? undefined : lastKnown.get(id),
  )
  const known = unread.filter(stamped => stamped !== undefined)
  if (known.length < unread.length) return null
  return [...isolated.values(), ...known].map(({ value }) => value)
}

function whyUnknown(state: State, history: History | null, ageMs: number | null): string {
  if (ageMs === null) return 'the history was not read'
  if (history === null) return `the history is ${formatAge(ageMs)} old`
  const lacking = state.missing.find(permission => permission.startsWith('futures:'))
  if (lacking !== undefined) return `the key lacks ${lacking}`
  if (history.closed === null) return "closed trades can't be read"
  if (history.crossFills === null) return "fills of the cross position can't be read"
  if (history.crossFills.some(({ plSats }) => plSats === null))
    return history.crossUnknownReason ?? 'the relay does not send the P&L of cross fills'
  if (history.fundingFees === null) return "funding fees can't be read"
  return 'the opening fees of running trades are unknown'
}
