import { type Position, UNKNOWN_POSITION } from '../domain/position.ts'
import type { ClosedTrade, History } from '../domain/snapshot.ts'
import type { State } from '../store/state.ts'
import type { AlertInput } from './alert-input.ts'
import type { EndedPositions } from './ended-positions.ts'
import type { ListedEnds } from './engine-state.ts'
import { type EndedPosition, endOf } from './how-ended.ts'
import { newEnds, reportedEnds } from './listed-ends.ts'

/** An evaluation with a new listing, or with ends that were found otherwise. */
export interface NewListing {
  readonly input: AlertInput
  readonly found: EndedPositions
  /** Null if there is no new one. */
  readonly history: History | null
  /** When the listing was read, the exchange's clock. */
  readonly readAt: number
}

/** Ends that only a listing has, oldest first, and what to remember of it. */
export interface ListedOnly {
  readonly ended: readonly EndedPosition[]
  readonly memory: ListedEnds
}

/** Finds isolated trades that were opened and ended without sight. */
export function unseenTrades(
  known: ListedEnds & { readonly after: number },
  { input, found, history, readAt }: NewListing,
): ListedOnly {
  const pending = new Set([...found.open, ...found.missing].map(({ position }) => position.id))
  const listed = history?.closed
    ?.filter(({ id }) => !pending.has(id))
    .map(trade => ({ id: trade.id, at: trade.closedAt, trade }))
  const { rows, memory } = newEnds(
    known,
    listed ?? null,
    reportedEnds(found, input.state, 'isolated'),
    readAt,
  )
  const ended = rows.flatMap(({ trade }) => unseen(input.state, trade, input.now))
  return { ended: ended.toReversed(), memory }
}

function unseen(state: State, trade: ClosedTrade, now: number): readonly EndedPosition[] {
  const position = positionOf(trade)
  const end = endOf(state, { position, liquidationDistance: null, since: now, unseenMs: 0 })
  if (end === null) return []
  const found = { lastDistance: null, foundAt: now, unseenMs: 0, wasUnseen: true, isUpdate: false }
  return [{ position, ...found, ...end }]
}

/** The position that a closed trade was. */
function positionOf(trade: ClosedTrade): Position {
  const { id, side, quantityUsd, entryPriceUsd, marginSats, liquidationPriceUsd } = trade
  const { stopLossUsd, takeProfitUsd, openingFeeSats, openedAt } = trade
  return {
    ...UNKNOWN_POSITION,
    ...{ id, mode: 'isolated', side, quantityUsd, entryPriceUsd, marginSats, liquidationPriceUsd },
    ...{ stopLossUsd, takeProfitUsd, openingFeeSats, openedAt },
  }
}
